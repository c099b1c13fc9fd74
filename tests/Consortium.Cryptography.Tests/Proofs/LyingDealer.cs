using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>
/// A bank's own program, which proves what does not hold: it fills in what it likes and goes on as the honest one does.
/// </summary>
internal static class LyingDealer
{
    /// <param name="bank">Whose shares of a key the holders have.</param>
    /// <param name="statement">What is lied about.</param>
    /// <param name="key">The key shared over the ring's primes, whatever it is over the field of key shares.</param>
    /// <param name="lie">Bends what was filled in, before products are computed and anything is shared.</param>
    /// <param name="bend">Bends the polynomials before they are dealt.</param>
    public static (byte[][] Shares, byte[] Proof) OpeningProof(
        ProvingBank bank, OpeningStatement statement, ReadOnlySpan<int> key, Action<OpeningDealing>? lie = null,
        Action<OpeningDealing>? bend = null)
    {
        var disputed = new DisputedCoefficient(statement);
        using var dealing = new OpeningDealing(statement);
        dealing.SetKey(key, bank.Shares);
        dealing.SetBits(disputed);
        using UniformStream uniform = UniformStream.Draw(bank.Randomness);
        dealing.DrawMasks(bank.Randomness, uniform);
        lie?.Invoke(dealing);
        dealing.SetProducts();
        dealing.DrawPolynomials(uniform);
        bend?.Invoke(dealing);
        byte[][] shares = [.. Enumerable.Range(1, bank.Holders).Select(holder =>
        {
            byte[] share = new byte[statement.ShareLength];
            dealing.Encode(holder, share);
            return share;
        })];
        return (shares, dealing.Open(disputed, ProvingBank.Challenge).Encode());
    }

    /// <summary>Rows that say too much are replaced by ones that may be shown.</summary>
    public static byte[] Clamp(byte[] proof)
    {
        byte[] clamped = [.. proof];
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            short keyRow = BitConverter.ToInt16(clamped, 2 * row);
            BitConverter.TryWriteBytes(
                clamped.AsSpan(2 * row),
                Math.Clamp(keyRow, (short)-OpeningProofShape.RowBound, (short)OpeningProofShape.RowBound));
            Span<byte> bitRow = clamped.AsSpan((2 * OpeningProofShape.Rows) + (16 * row), 16);
            if (BitConverter.ToUInt128(bitRow) >> OpeningProofShape.WideMaskBits != 0)
            {
                bitRow[(OpeningProofShape.WideMaskBits / 8)..].Clear();
            }
        }

        return clamped;
    }

    /// <summary>Sets one bit of a range over every prime, or over one; any value is taken.</summary>
    public static void SetBit(OpeningDealing dealing, BitRange range, int bit, int value, int? onlyPrime = null)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            if (onlyPrime is null || onlyPrime == prime)
            {
                SharedVector vector = dealing.Vectors[1 + prime];
                vector.Row(0)[OpeningProofShape.BitsAt + range.FirstBit + bit] = vector.Field.FromSigned(value);
            }
        }
    }

    /// <summary>Writes a value, and what it lacks to the largest, as far as the bits go.</summary>
    public static void SetValue(OpeningDealing dealing, BitRange range, long value, int? onlyPrime = null)
    {
        for (int bit = 0; bit < range.Bits; bit++)
        {
            SetBit(dealing, range, bit, (int)(value >> bit) & 1, onlyPrime);
            if (range.IsTwofold)
            {
                SetBit(dealing, range, range.Bits + bit, (int)(((long)range.Most - value) >> bit) & 1, onlyPrime);
            }
        }
    }
}
