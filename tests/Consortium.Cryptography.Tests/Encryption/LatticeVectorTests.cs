using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Tests.Vectors;

namespace Consortium.Cryptography.Tests.Encryption;

/// <summary>Bytes that must never change without a new version: Vectors/lattice.md says how they are made.</summary>
public sealed class LatticeVectorTests
{
    [Fact]
    public void Recipe_GivesTheBytesCheckedIn() => VectorFile.AssertMadeBy("lattice.json", Make(InstructionSets.Best));

    [Fact]
    public void Recipe_OnTheReferencePath_GivesTheSameBytes()
    {
        IReadOnlyDictionary<string, byte[]> vectors = VectorFile.Read("lattice.json");

        Assert.All(Make(InstructionSet.Scalar), entry => Assert.Equal(vectors[entry.Key], entry.Value));
    }

    private static Dictionary<string, byte[]> Make(InstructionSet set)
    {
        var vectors = new Dictionary<string, byte[]>();
        PublicSeed seed = PublicSeed.Derive(SHA256.HashData("consortium"u8), SHA256.HashData("session"u8), round: 7, attempt: 2);
        using var publicPolynomials = new PublicPolynomials(seed);
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint[] words =
                [.. Enumerable.Range(0, RnsBasis.Degree).Select(
                    c => (uint)((ulong)c * (ulong)c * 1_000_003 % RnsBasis.Moduli[prime].Value))];
            NumberTheoreticTransform.Forward(words, prime, set);
            Add($"transform_{prime}", MemoryMarshal.AsBytes(words.AsSpan()));

            using Polynomial<Ntt> polynomial = publicPolynomials.Expand(5);
            Add($"public_polynomial_5_{prime}", MemoryMarshal.AsBytes(polynomial.Residues(prime)));
        }

        SlotLayout layout = SlotLayout.For(10, 65536);
        ushort[] digits = [.. Enumerable.Range(0, layout.ValuesPerChunk).Select(i => (ushort)(i * 40_503))];
        int[] noise = [.. Enumerable.Range(0, RnsBasis.Degree).Select(i => (i % 43) - 21)];
        var packed = new uint[RnsBasis.WordCount];
        new ChunkEncoder(layout).Encode(digits, noise, packed, set);
        for (int i = 0; i < packed.Length; i++)
        {
            packed[i] %= RnsBasis.Moduli[i / RnsBasis.Degree].Value;
        }

        Add("packing", MemoryMarshal.AsBytes(packed.AsSpan()));

        using SeededRandomSource randomness = new(SHA256.HashData("bank"u8));
        using SecretKey key = SecretKey.Generate(randomness);
        Add("secret_key", MemoryMarshal.AsBytes(key.Coefficients));
        using var encryptor = new Encryptor(key, layout, seed, randomness, set);
        var wire = new byte[WireChunk.Size];
        using var tagger = new SumTagger(SHA256.HashData("cohort"u8), layout, set);
        encryptor.Encrypt(digits, wire);
        tagger.Add(wire);
        Add("chunk_0", wire);
        encryptor.Encrypt(digits.AsSpan(0, 1000), wire);
        tagger.Add(wire);
        Add("chunk_1", wire);
        Add("sum_tag", tagger.ToTag().Encode());
        return vectors;

        void Add(string name, ReadOnlySpan<byte> bytes)
        {
            vectors.Add(name, bytes[..64].ToArray());
            vectors.Add(name + "_sha256", SHA256.HashData(bytes));
        }
    }
}
