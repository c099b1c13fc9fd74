using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>Five banks that encrypted a vector of one chunk each, their chunks' sum and the sum of their keys.</summary>
public sealed class SealCohort : IDisposable
{
    public const int Banks = 5;

    private readonly SeededRandomSource _random = new(new byte[32]);

    public SealCohort()
    {
        using var publicPolynomials = new PublicPolynomials(Seed);
        PublicPolynomial = publicPolynomials.Expand(0);
        var sum = new ChunkSum(Layout, 0);
        short[] total = new short[RnsBasis.Degree], coefficients = new short[RnsBasis.Degree];
        var words = new SplitMix(1);
        for (int bank = 0; bank < Banks; bank++)
        {
            var key = SecretKey.Generate(_random);
            Keys.Add(key);
            key.CopyCoefficients(coefficients);
            for (int i = 0; i < total.Length; i++)
            {
                total[i] += coefficients[i];
            }

            // The first value is every bank's largest, the second every bank's smallest: the sum's extremes.
            ushort[] values =
            [
                ushort.MaxValue, 0, .. Enumerable.Range(2, Layout.ValuesPerChunk - 2).Select(_ => (ushort)words.Next()),
            ];
            for (int i = 0; i < values.Length; i++)
            {
                Sums[i] += values[i];
            }

            byte[] chunk = new byte[WireChunk.Size];
            using var encryptor = new Encryptor(key, Layout, Seed, _random);
            encryptor.Encrypt(values, chunk);
            sum.Add(chunk);
            Chunks.Add(WireChunk.ReadPolynomial(chunk, Layout, out _));
        }

        sum.WriteTo(SumChunk);
        Sum = WireChunk.ReadPolynomial(SumChunk, Layout, out _);
        KeySum = new KeySum(total, Banks);
    }

    public SlotLayout Layout { get; } = SlotLayout.For(10, 65536);

    public PublicSeed Seed { get; } = PublicSeed.Derive(new byte[32], new byte[32], round: 1, attempt: 0);

    public Polynomial<Ntt> PublicPolynomial { get; }

    public List<SecretKey> Keys { get; } = [];

    /// <summary>What each bank sends, as polynomials.</summary>
    public List<Polynomial<Ntt>> Chunks { get; } = [];

    /// <summary>What the aggregator computes of them, on the wire and as a polynomial.</summary>
    public byte[] SumChunk { get; } = new byte[WireChunk.Size];

    public Polynomial<Ntt> Sum { get; }

    public KeySum KeySum { get; }

    /// <summary>The sums of the banks' values.</summary>
    public ulong[] Sums { get; } = new ulong[SlotLayout.For(10, 65536).ValuesPerChunk];

    public void Dispose()
    {
        PublicPolynomial.Dispose();
        Keys.ForEach(key => key.Dispose());
        Chunks.ForEach(chunk => chunk.Dispose());
        Sum.Dispose();
        KeySum.Dispose();
        _random.Dispose();
    }
}
