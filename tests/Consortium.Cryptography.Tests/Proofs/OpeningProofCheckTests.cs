using System.Numerics;
using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>
/// What a holder rejects of an opening proof that was honest until somebody touched it: always in a sentence, never with an
/// exception.
/// </summary>
public sealed class OpeningProofCheckTests : IDisposable
{
    private static readonly DisputedPlace Place = new(1, 2048);

    private readonly ProvingBank _bank = new(2, 3, SlotLayout.For(3, 1000));
    private readonly OpeningStatement _statement;
    private readonly byte[][] _shares;
    private readonly byte[] _proof;

    public OpeningProofCheckTests()
    {
        _statement = _bank.Statement(Place);
        (_shares, _proof) = _bank.Proved(Place);
    }

    public void Dispose() => _bank.Dispose();

    [Fact]
    public void Why_AnotherStatement_IsRejected()
    {
        SlotLayout layout = _bank.Layout;
        OpeningStatement[] others =
        [
            new(layout, ProvingBank.Seed, new(0, Place.Coefficient), _bank.Chunks[0], 2, 3),
            new(layout, ProvingBank.Seed, new(0, Place.Coefficient), _bank.Chunks[1], 2, 3),
            new(layout, ProvingBank.Seed, Place, _bank.Chunks[0], 2, 3),
            new(layout, ProvingBank.Seed, Place with { Coefficient = 2047 }, _bank.Chunks[1], 2, 3),
            new(layout, ProvingBank.Seed, ProvingBank.KeyPlace(2048), default, 2, 3),
            new(layout, PublicSeed.Derive(new byte[32], new byte[32], 1, 2), Place, _bank.Chunks[1], 2, 3),
            new(SlotLayout.For(3, 1001), ProvingBank.Seed, Place, _bank.Chunks[1], 2, 3),
            new(SlotLayout.For(10, 65536), ProvingBank.Seed, Place, _bank.Chunks[1], 2, 3),
            new(layout, ProvingBank.Seed, Place, _bank.Chunks[1], 2, 4),
            new(layout, ProvingBank.Seed, Place, _bank.Chunks[1], 3, 3),
            new(layout, ProvingBank.Seed, Place, new byte[WireChunk.Size], 2, 3),
            new(layout, ProvingBank.Seed, Place, new byte[7], 2, 3),
        ];

        Assert.All(_bank.Verdicts(_statement, _shares, _proof), Assert.Null);
        Assert.All(others, other => Assert.All(_bank.Verdicts(other, _shares, _proof), AssertSentence));
    }

    /// <summary>
    /// For a place in the key nothing of layout and seed enters an equation; an opening proof is of its statement all the same.
    /// </summary>
    [Fact]
    public void Why_KeyPlaceOfAnotherSeedLayoutOrCommittee_IsRejected()
    {
        DisputedPlace place = ProvingBank.KeyPlace(5);
        (byte[][] shares, byte[] proof) = _bank.Proved(place);
        OpeningStatement[] others =
        [
            new(SlotLayout.For(10, 1000), ProvingBank.Seed, place, default, 2, 3),
            new(_bank.Layout, PublicSeed.Derive(new byte[32], new byte[32], 1, 2), place, default, 2, 3),
            new(_bank.Layout, ProvingBank.Seed, place, default, 2, 4),
            new(_bank.Layout, ProvingBank.Seed, ProvingBank.KeyPlace(6), default, 2, 3),
        ];

        Assert.All(_bank.Verdicts(_bank.Statement(place), shares, proof), Assert.Null);
        Assert.All(others, other => Assert.All(_bank.Verdicts(other, shares, proof), AssertSentence));
    }

    [Fact]
    public void Why_AnotherChallenge_IsRejected() =>
        Assert.All(_bank.Verdicts(_statement, _shares, _proof, SHA256.HashData("something else"u8)), AssertSentence);

    [Fact]
    public void Why_AnotherHoldersShareOrAnotherBanksKey_IsRejected()
    {
        using var other = new ProvingBank(2, 3, _bank.Layout, seed: 2);

        AssertSentence(OpeningProofCheck.Why(_statement, 1, _bank.Shares[0], _shares[1], ProvingBank.Challenge, _proof));
        AssertSentence(OpeningProofCheck.Why(_statement, 1, other.Shares[0], _shares[0], ProvingBank.Challenge, _proof));
        Assert.Throws<ArgumentException>(
            () => OpeningProofCheck.Why(_statement, 1, _bank.Shares[1], _shares[0], ProvingBank.Challenge, _proof));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => OpeningProofCheck.Why(_statement, 4, _bank.Shares[1], _shares[0], ProvingBank.Challenge, _proof));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => OpeningProofCheck.Why(_statement, 1, _bank.Shares[0], _shares[0], ProvingBank.Challenge.AsSpan(1), _proof));
    }

    /// <summary>Without the masks of the proof of sharing, a key's share is as good.</summary>
    [Fact]
    public void Why_KeyShareWithoutMasks_Holds()
    {
        using KeyShare plain = KeyShare.Decode(3, RnsBasis.Degree, _bank.Shares[2].Encode().AsSpan(0, 2 * RnsBasis.Degree));

        Assert.Null(OpeningProofCheck.Why(_statement, 3, plain, _shares[2], ProvingBank.Challenge, _proof));
    }

    [Fact]
    public void Why_OneFlippedBitOfTheProof_IsRejectedByEveryHolder()
    {
        // Some of every part: rows over the key, over the bits, and the polynomials of every field.
        for (int at = 0; at < _proof.Length; at += at < 3300 ? 53 : 31)
        {
            byte[] flipped = [.. _proof];
            flipped[at] ^= (byte)(1 << (at % 8));
            AssertSentence(Verdict(1 + (at % 3), _shares[at % 3], flipped));
        }
    }

    [Fact]
    public void Why_OneFlippedBitOfTheShare_IsRejected()
    {
        for (int at = 0; at < _shares[1].Length; at += at < 320 ? 7 : 509)
        {
            byte[] flipped = [.. _shares[1]];
            flipped[at] ^= (byte)(1 << (at % 8));
            AssertSentence(Verdict(2, flipped, _proof));
        }
    }

    [Fact]
    public void Why_WrongLengths_AreRejected()
    {
        foreach (byte[] length in new byte[][] { [], _proof[..^1], [.. _proof, 0] })
        {
            Assert.Contains("opening proof", Verdict(1, _shares[0], length), StringComparison.Ordinal);
        }

        foreach (byte[] length in new byte[][] { [], _shares[0][..^1], [.. _shares[0], 0] })
        {
            Assert.Contains("share of an opening proof", Verdict(1, length, _proof), StringComparison.Ordinal);
        }
    }

    /// <summary>One representation of each element: a value of the prime itself, or more, is rejected where it stands.</summary>
    [Fact]
    public void Why_ValuesOutsideTheirField_AreRejectedWithTheirOffset()
    {
        OpeningProofShape shape = _statement.Shape;
        for (int field = 0; field < PrimeField.All.Length; field++)
        {
            int length = FieldWords.Length(field);
            int shareOffset = field == 0 ? 0 : (2 * OpeningProofShape.Rows) + (4 * (field - 1) * shape.Words) + (4 * 4095);
            int proofOffset = (18 * OpeningProofShape.Rows)
                + (field == 0
                    ? 0
                    : (2 * OpeningProofShape.Rows) + (4 * (field - 1) * (shape.Forms + (2 * OpeningProofShape.Points))));
            foreach (uint value in new[] { PrimeField.All[field].Prime, uint.MaxValue })
            {
                byte[] share = [.. _shares[0]], proof = [.. _proof];
                FieldWords.Write(share.AsSpan(shareOffset), length, value);
                FieldWords.Write(proof.AsSpan(proofOffset), length, value);
                Assert.Contains(
                    $"share of an opening proof at offset {shareOffset}", Verdict(1, share, _proof), StringComparison.Ordinal);
                Assert.Contains(
                    $"opening proof at offset {proofOffset}", Verdict(1, _shares[0], proof), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Why_RowsThatSayTooMuch_AreRejected()
    {
        byte[] proof = [.. _proof];
        foreach (Int128 row in new[]
        {
            Int128.MinValue, -OpeningProofShape.WideSlack - 1,
            (Int128.One << OpeningProofShape.WideMaskBits) + OpeningProofShape.WideSlack, Int128.MaxValue,
        })
        {
            BitConverter.TryWriteBytes(proof.AsSpan(2 * OpeningProofShape.Rows), row);
            Assert.Contains("Row 0 over the bits is beyond", Verdict(1, _shares[0], proof), StringComparison.Ordinal);
        }

        foreach (short row in new short[] { -16_301, 16_301, short.MinValue })
        {
            BitConverter.TryWriteBytes(proof, row);
            Assert.Contains($"Row 0 over the key comes to {row}", Verdict(1, _shares[0], proof), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Why_MutatedShares_AreRejectedWithinBounds() => Assert.Equal(0, Fuzz.Run(
        "share of an opening proof",
        800,
        random => Fuzz.Mutate(_shares[0], random, ..),
        boundBytes: 2 << 20,
        share => Took(Verdict(1, share, _proof))));

    [Fact]
    public void Why_MutatedProofs_AreRejectedWithinBounds() => Assert.Equal(0, Fuzz.Run(
        "opening proof",
        1500,
        random => Fuzz.Mutate(_proof, random, ..),
        boundBytes: 2 << 20,
        proof => Took(Verdict(1, _shares[0], proof))));

    /// <summary>The parser of proofs alone, on many more: what it takes, it gives back byte for byte.</summary>
    [Fact]
    public void Decode_MutatedProofs_GiveMalformedDataOrTheSameBytesBack()
    {
        int taken = Fuzz.Run(
            "bytes of a proof",
            50_000,
            random => Fuzz.Mutate(_proof, random, ..),
            boundBytes: 64 * 1024,
            input =>
            {
                LinearProof proof = LinearProof.Decode(_statement.Shape, 2, input);
                _ = proof.WhyNot();
                return proof.Encode().AsSpan().SequenceEqual(input) ? true : throw new InvalidOperationException();
            });
        Assert.InRange(taken, 1, 49_999);
    }

    /// <summary>
    /// Bits that are 0 or 1 modulo each prime and not the same in all are far from 0 mod q, which is what rows over the bits see.
    /// </summary>
    [Fact]
    public void Product_SmallestCentredIdempotent_IsFarBeyondAllMasksOfBits()
    {
        BigInteger q = RnsBasis.Product, smallest = q;
        for (int set = 1; set < (1 << RnsBasis.PrimeCount) - 1; set++)
        {
            BigInteger ones = 1;
            foreach (int prime in Enumerable.Range(0, RnsBasis.PrimeCount).Where(prime => (set >> prime & 1) != 0))
            {
                ones *= RnsBasis.Moduli[prime].Value;
            }

            // 1 modulo the primes of the set, 0 modulo the others.
            BigInteger zeros = q / ones;
            BigInteger idempotent = zeros * BigInteger.ModPow(zeros, Totient(set) - 1, ones) % q;
            Assert.Equal(idempotent, idempotent * idempotent % q);
            smallest = BigInteger.Min(smallest, BigInteger.Min(idempotent, q - idempotent));
        }

        Assert.True(smallest > BigInteger.One << 105);
        Assert.True(smallest > 2 * ((BigInteger.One << OpeningProofShape.WideMaskBits) + (2 * OpeningProofShape.WideSlack)));
    }

    private static BigInteger Totient(int set) => Enumerable.Range(0, RnsBasis.PrimeCount).Where(prime => (set >> prime & 1) != 0)
        .Aggregate(BigInteger.One, (product, prime) => product * (RnsBasis.Moduli[prime].Value - 1));

    private string? Verdict(int holder, byte[] share, byte[] proof) =>
        OpeningProofCheck.Why(_statement, holder, _bank.Shares[holder - 1], share, ProvingBank.Challenge, proof);

    private static bool Took(string? verdict) =>
        verdict is null ? true : verdict.EndsWith('.') ? false : throw new InvalidOperationException(verdict);

    private static void AssertSentence(string? verdict) =>
        Assert.EndsWith(".", Assert.IsType<string>(verdict), StringComparison.Ordinal);
}
