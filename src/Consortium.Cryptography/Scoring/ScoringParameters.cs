using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// The shape of queries and replies: N = 4096, q the product of the first three primes (81 bits), keys and noise of
/// sigma = 3.2 * sqrt(2). Both sides derive everything from these numbers, which are public. Immutable.
/// </summary>
public sealed class ScoringParameters
{
    /// <summary>Bytes of the seed that stands for a query's public polynomials.</summary>
    public const int SeedBytes = 32;

    /// <summary>The most cells of a model: a kernel adds at most 15 lazy products.</summary>
    public const int MostCells = (LargestProductSum - 1) * RnsBasis.Degree;

    /// <summary>The most payments of a query.</summary>
    public const int MostPayments = 8;

    /// <summary>Bytes of a client's public key.</summary>
    public const int PublicKeyBytes = SeedBytes + BlockBytes;

    internal const int PrimeCount = 3;
    internal const int WordCount = PrimeCount * RnsBasis.Degree;
    internal const int BlockBytes = PrimeCount * WireChunk.PrimeBytes;

    /// <summary>A lazy product is below 2q, and 32q fit a word.</summary>
    private const int LargestProductSum = 15;

    private ScoringParameters(int plainModulus, int replyBits, int cells, int payments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cells, MostCells);
        if (payments is not (1 or 2 or 4 or MostPayments))
        {
            throw new ArgumentOutOfRangeException(nameof(payments), payments, "A query carries 1, 2, 4 or 8 payments.");
        }

        CellsPerBlock = RnsBasis.Degree / payments;
        Blocks = (cells + CellsPerBlock - 1) / CellsPerBlock;
        if (Blocks > LargestProductSum - 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(cells), cells, $"At {payments} payments a query, a model has at most {14 * CellsPerBlock} cells.");
        }

        (PlainModulus, ReplyBits, Cells, Payments) = (plainModulus, replyBits, cells, payments);
    }

    /// <summary>q, the product of the first three primes.</summary>
    public static UInt128 Modulus { get; } = (UInt128)134176769 * 134111233 * 134012929;

    /// <summary>t: scores are integers within +-(t - 1)/2.</summary>
    public int PlainModulus { get; }

    /// <summary>Bits of a coefficient of a reply.</summary>
    public int ReplyBits { get; }

    /// <summary>Cells of the model.</summary>
    public int Cells { get; }

    /// <summary>Payments of a query; their scores share a reply.</summary>
    public int Payments { get; }

    /// <summary>Polynomials of a query.</summary>
    public int Blocks { get; }

    public int QueryBytes => SeedBytes + (Blocks * BlockBytes);

    public int ReplyBytes => (((RnsBasis.Degree + Payments) * ReplyBits) + 7) / 8;

    internal int CellsPerBlock { get; }

    /// <summary>Delta = floor(q / t), by which a query's values are multiplied.</summary>
    internal UInt128 Delta => Modulus / (UInt128)PlainModulus;

    /// <summary>
    /// The flood is uniform over [-2^(b-1), 2^(b-1)), the widest such range within 1/32 of the room, which is q / t wide.
    /// </summary>
    internal int FloodBits => (int)UInt128.Log2(Delta / 32);

    /// <summary>Scores within +-2,049 at the least bytes: t = 4,099, replies of 23 bits.</summary>
    public static ScoringParameters Coarse(int cells, int payments) => new(4099, 23, cells, payments);

    /// <summary>Scores within +-4,104: t = 8,209, replies of 24 bits.</summary>
    public static ScoringParameters Fine(int cells, int payments) => new(8209, 24, cells, payments);
}
