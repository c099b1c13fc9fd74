using System.Security.Cryptography;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Sampling;

public sealed class PublicPolynomialsTests
{
    private static readonly byte[] Consortium = SHA256.HashData("consortium"u8);
    private static readonly byte[] Session = SHA256.HashData("session"u8);

    [Fact]
    public void ExpandLazy_NoSpareWords_DrawsOnAndGivesTheSamePolynomial()
    {
        PublicSeed seed = PublicSeed.Derive(Consortium, Session, 1, 1);
        using var ample = new PublicPolynomials(seed);
        using var tight = new PublicPolynomials(seed, spareWords: 0);
        for (int chunk = 0; chunk < 20; chunk++)
        {
            for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
            {
                var expected = new uint[RnsBasis.Degree];
                var words = new uint[RnsBasis.Degree];
                ample.ExpandLazy(chunk, prime, expected);
                tight.ExpandLazy(chunk, prime, words);
                Assert.Equal(expected, words);
            }
        }
    }

    /// <summary>The definition once more, written plainly: standard AES-256-CTR by single blocks, rejection, reduction.</summary>
    [Fact]
    public void Expand_AgainstThePlainDefinition_IsEqual()
    {
        byte[] seedBytes = SHA256.HashData([
            .. "consortium public polynomials v1"u8, .. Consortium, .. Session, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0]);
        using var aes = Aes.Create();
        aes.Key = seedBytes;
        using var polynomials = new PublicPolynomials(PublicSeed.Derive(Consortium, Session, 7, 3));

        const int Chunk = 0x01020304;
        using Polynomial<Ntt> polynomial = polynomials.Expand(Chunk);

        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint modulus = RnsBasis.Moduli[prime].Value;
            var expected = new List<uint>();
            for (int block = 0; expected.Count < RnsBasis.Degree; block++)
            {
                byte[] counter = [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, (byte)prime, 0, 0, (byte)(block >> 8), (byte)block];
                byte[] stream = aes.EncryptEcb(counter, PaddingMode.None);
                for (int i = 0; i < 16 && expected.Count < RnsBasis.Degree; i += 4)
                {
                    uint word = BitConverter.ToUInt32(stream, i);
                    if (word < (1ul << 32) / modulus * modulus)
                    {
                        expected.Add(word % modulus);
                    }
                }
            }

            Assert.Equal(expected, polynomial.Residues(prime).ToArray());
        }
    }

    [Fact]
    public void Expand_OverManyChunks_IsUniform()
    {
        using var polynomials = new PublicPolynomials(PublicSeed.Derive(Consortium, Session, 1, 1));
        const int Cells = 64, Chunks = 16;
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            var counts = new int[Cells];
            for (int chunk = 0; chunk < Chunks; chunk++)
            {
                using Polynomial<Ntt> polynomial = polynomials.Expand(chunk);
                foreach (uint residue in polynomial.Residues(prime))
                {
                    counts[(int)((ulong)residue * Cells / RnsBasis.Moduli[prime].Value)]++;
                }
            }

            double expected = (double)Chunks * RnsBasis.Degree / Cells;
            double chiSquare = counts.Sum(count => Math.Pow(count - expected, 2) / expected);
            Assert.InRange(chiSquare, Cells - (5 * Math.Sqrt(2 * Cells)), Cells + (5 * Math.Sqrt(2 * Cells)));
        }
    }

    [Fact]
    public void Derive_AnyInputDiffers_GivesOtherPolynomials()
    {
        var seen = new HashSet<string>();
        foreach (PublicSeed seed in new[]
        {
            PublicSeed.Derive(Consortium, Session, 1, 1), PublicSeed.Derive(Session, Consortium, 1, 1),
            PublicSeed.Derive(Consortium, Session, 2, 1), PublicSeed.Derive(Consortium, Session, 1, 2),
        })
        {
            using var polynomials = new PublicPolynomials(seed);
            foreach (int chunk in new[] { 0, 1 })
            {
                var words = new uint[RnsBasis.Degree];
                for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
                {
                    polynomials.ExpandLazy(chunk, prime, words);
                    Assert.True(seen.Add(string.Join(',', words[..4])));
                }
            }
        }

        Assert.Throws<ArgumentException>(() => PublicSeed.Derive(Consortium.AsSpan(1), Session, 1, 1));
        Assert.Throws<ArgumentException>(() => PublicSeed.Derive(Consortium, Session.AsSpan(1), 1, 1));
        Assert.Throws<InvalidOperationException>(() => new PublicPolynomials(default));
    }
}
