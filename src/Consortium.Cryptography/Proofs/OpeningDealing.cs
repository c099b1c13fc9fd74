using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// All that a bank shares for an opening proof, over the field of key shares and the ring's primes, filled in step by step: key,
/// bits, masks, products, polynomials. Whether what was filled in is true is not judged here. Secret; erased by <see
/// cref="Dispose"/>.
/// </summary>
internal sealed class OpeningDealing : IDisposable
{
    /// <summary>
    /// Masks are g_0 + 10 g_1 + 100 g_2 of Gaussian samples: a discrete Gaussian of standard deviation 2843. Each sum is at least
    /// 282 wide where the next step is 100, and 28 where it is 10: 2.8 times the step, a smoothing error of 2^-220. Micciancio
    /// and Walter, CRYPTO 2017.
    /// </summary>
    private const int SamplesOfMask = 3, MaskBase = 10;

    private const int WideMaskBytes = OpeningProofShape.WideMaskBits / 8;

    private readonly OpeningStatement _statement;
    private readonly OpeningProofShape _shape;

    public OpeningDealing(OpeningStatement statement)
    {
        _statement = statement;
        _shape = statement.Shape;
        Vectors = [.. PrimeField.All.Select((field, i) => new SharedVector(field, _shape.WordsOf(i), statement.Threshold))];
    }

    /// <summary>One for each field, in the order of <see cref="PrimeField.All"/>.</summary>
    public SharedVector[] Vectors { get; }

    /// <summary>Takes the key over, and the polynomials of its sharing.</summary>
    /// <returns>Whether these are shares of that key.</returns>
    public bool SetKey(ReadOnlySpan<int> key, IReadOnlyList<KeyShare> shares)
    {
        Vectors[0].Interpolate(shares, RnsBasis.Degree);
        ReadOnlySpan<uint> shared = Vectors[0].Row(0);
        uint differences = 0;
        for (int i = 0; i < key.Length; i++)
        {
            differences |= shared[i] ^ Vectors[0].Field.FromSigned(key[i]);
        }

        for (int field = 1; field < Vectors.Length; field++)
        {
            Span<uint> row = Vectors[field].Row(0);
            for (int i = 0; i < key.Length; i++)
            {
                row[i] = Vectors[field].Field.FromSigned(key[i]);
            }
        }

        return differences == 0;
    }

    /// <summary>Writes the disputed quantity, as it is of the key, in bits.</summary>
    /// <returns>Whether all of it is in range.</returns>
    public bool SetBits(DisputedCoefficient disputed)
    {
        Span<uint> residues = stackalloc uint[RnsBasis.PrimeCount];
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            SharedVector vector = Vectors[1 + prime];
            residues[prime] = vector.Field.Add(disputed.Of(prime, vector.Row(0)), disputed.Constant(prime));
        }

        UInt128 rest = ResidueNumber.Lift(residues);
        residues.Clear();
        bool inRange = true;
        foreach (BitRange range in _shape.Ranges)
        {
            ulong value = ResidueNumber.TakeDigit(ref rest, range.Radix);
            inRange &= value <= range.Most;
            SetBits(range.FirstBit, range.Bits, value);
            if (range.IsTwofold)
            {
                SetBits(range.FirstBit + range.Bits, range.Bits, range.Most - value);
            }
        }

        return inRange & rest == 0;
    }

    /// <summary>Draws the masks of both kinds of rows, and the values that hide those of f.</summary>
    public void DrawMasks(RandomSource randomness, UniformStream uniform)
    {
        const int Drawn = 512;
        using var drawn = new SecretMemory<int>(Drawn);
        using var random = new SecretMemory<byte>(DiscreteGaussian.RandomBytes(Drawn));
        using var drawnWide = new SecretMemory<byte>(OpeningProofShape.Rows * WideMaskBytes);
        Span<int> samples = drawn.Span;
        Span<byte> wide = drawnWide.Span;
        DiscreteGaussian.Sample(randomness, random.Span, samples, InstructionSets.Best);
        uniform.Fill(wide);
        for (int row = 0; row < OpeningProofShape.Rows; row++)
        {
            int mask = 0;
            for (int i = SamplesOfMask - 1; i >= 0; i--)
            {
                mask = (MaskBase * mask) + samples[(i * OpeningProofShape.Rows) + row];
            }

            ReadOnlySpan<byte> bytes = wide.Slice(row * WideMaskBytes, WideMaskBytes);
            UInt128 wideMask = new(
                BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            Vectors[0].Row(0)[RnsBasis.Degree + row] = Vectors[0].Field.FromSigned(mask);
            foreach (SharedVector vector in Vectors.AsSpan(1))
            {
                vector.Row(0)[_shape.MasksAt + row] = vector.Field.FromSigned(mask);
                vector.Row(0)[_shape.WideMasksAt + row] = vector.Field.Reduce(wideMask);
            }
        }

        foreach (SharedVector vector in Vectors.AsSpan(1))
        {
            uniform.Fill(vector.Field, vector.Row(0).Slice(_shape.HidersAt, OpeningProofShape.Points));
        }
    }

    /// <summary>The values of h = f(f - 1) that are shared, at n + 1 and on.</summary>
    public void SetProducts()
    {
        uint[] factors = new uint[_shape.FactorNodes];
        foreach (SharedVector vector in Vectors.AsSpan(1))
        {
            PrimeField field = vector.Field;
            var basis = new LagrangeBasis(field, _shape.FactorNodes);
            ReadOnlySpan<uint> values = vector.Row(0).Slice(OpeningProofShape.BitsAt, _shape.FactorNodes);
            Span<uint> products = vector.Row(0)[_shape.ProductsAt.._shape.MasksAt];
            for (int i = 0; i < products.Length; i++)
            {
                basis.At((uint)(_shape.Bits + 1 + i), factors);
                uint value = field.Dot(factors, values);
                products[i] = field.Multiply(value, field.Subtract(value, 1));
            }
        }
    }

    /// <summary>Draws the polynomials behind everything but the key over its own field, which has been shared.</summary>
    public void DrawPolynomials(UniformStream uniform)
    {
        for (int field = 0; field < Vectors.Length; field++)
        {
            Vectors[field].DrawPolynomials(uniform, field == 0 ? RnsBasis.Degree : 0);
        }
    }

    /// <summary>What one holder gets, in memory that the caller erases.</summary>
    public void Encode(int holder, Span<byte> destination)
    {
        for (int field = 0; field < Vectors.Length; field++)
        {
            int start = field == 0 ? RnsBasis.Degree : 0;
            int length = (_shape.WordsOf(field) - start) * FieldWords.Length(field);
            Vectors[field].Encode((uint)holder, start, FieldWords.Length(field), destination[..length]);
            destination = destination[length..];
        }
    }

    /// <summary>Opens the forms that the challenge asks for, whether or not they may be shown.</summary>
    public LinearProof Open(DisputedCoefficient disputed, ReadOnlySpan<byte> challenge)
    {
        var questions = new OpeningChallenge(_statement, challenge);
        uint[][][] opened = [.. Vectors.Select((vector, i) =>
        {
            var forms = new LinearForms(_shape, disputed, questions, i);
            return Enumerable.Range(0, _statement.Threshold).Select(power => forms.Of(vector.Row(power))).ToArray();
        })];
        var proof = new LinearProof(_shape, opened);
        Array.ForEach(opened, powers => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(powers[0].AsSpan())));
        return proof;
    }

    public void Dispose() => Array.ForEach(Vectors, vector => vector.Dispose());

    private void SetBits(int first, int count, ulong value)
    {
        for (int bit = 0; bit < count; bit++)
        {
            foreach (SharedVector vector in Vectors.AsSpan(1))
            {
                vector.Row(0)[OpeningProofShape.BitsAt + first + bit] = (uint)(value >> bit) & 1;
            }
        }
    }
}
