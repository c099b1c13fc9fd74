using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// Shamir's sharing (Communications of the ACM 22, 1979) of vectors of small signed integers among J holders, over the integers
/// mod 65521: any T shares give the vector back, T - 1 say nothing of it. Sums of shares are shares of the sum. Immutable.
/// </summary>
public sealed class ShamirSharing
{
    public const int MaximumHolders = 255;

    /// <summary>The longest vector that is shared or read.</summary>
    public const int MaximumCoefficients = 65536;

    /// <summary>Columns shared at once: few enough that 128 rows of them stay in the first caches.</summary>
    private const int TileWidth = 512;

    /// <param name="threshold">T: how many shares give the secret back; 2 to <paramref name="holders"/>.</param>
    /// <param name="holders">J: 2 to 255.</param>
    public ShamirSharing(int threshold, int holders)
    {
        if (holders is < 2 or > MaximumHolders)
        {
            throw new ArgumentOutOfRangeException(nameof(holders), holders, $"There are 2 to {MaximumHolders} key holders.");
        }

        if (threshold < 2 || threshold > holders)
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), threshold, $"A threshold among {holders} key holders is 2 to {holders}.");
        }

        Threshold = threshold;
        Holders = holders;
    }

    public int Threshold { get; }

    public int Holders { get; }

    /// <summary>
    /// Shares <paramref name="secret"/>, one share to each holder in order; takes the same time whatever the secret.
    /// </summary>
    /// <param name="secret">Coefficients in -32760..32760, such that their sum over all participants stays there too.</param>
    /// <param name="random">Draws a 256-bit seed, which AES-256-CTR expands.</param>
    public KeyShare[] Split(ReadOnlySpan<short> secret, RandomNumberGenerator random) =>
        Split(secret, random, InstructionSets.Best);

    /// <summary>
    /// Puts share-sums of at least T different holders together. When more than T are given they must lie on one polynomial of
    /// degree T - 1; those that do not are named as far as <see cref="Reconstruction"/> and this folder's README say.
    /// </summary>
    /// <param name="sums">Of different holders, all of one length.</param>
    /// <param name="isRight">
    /// Tells the right secret where the sums alone can't, so that T right sums among any number of wrong ones suffice to name the
    /// rest.
    /// </param>
    /// <exception cref="ArgumentException">Fewer than T, one holder twice, or lengths that differ.</exception>
    public Reconstruction Reconstruct(IReadOnlyList<ShareSum> sums, CandidateCheck? isRight = null) =>
        new ShareDecoder(this, sums).Decode(isRight);

    internal KeyShare[] Split(ReadOnlySpan<short> secret, RandomNumberGenerator random, InstructionSet set)
    {
        int n = CheckCoefficients(secret.Length);
        if (!ShareKernels.AreCentred(secret))
        {
            throw new ArgumentOutOfRangeException(
                nameof(secret), $"A shared coefficient lies in -{ShareField.LargestCentred}..{ShareField.LargestCentred}.");
        }

        // A tile holds, for a few columns, row 0: the secret mod p, and rows 1..T-1: uniform. A column is one polynomial.
        int tileWidth = Math.Min(n, TileWidth);
        using var tile = new SecretMemory<ushort>(Threshold * tileWidth);
        SecretMemory<ushort>[] values = [.. Enumerable.Range(0, Holders).Select(_ => new SecretMemory<ushort>(n))];
        using var uniform = new UniformElements(random);
        for (int column = 0; column < n; column += tileWidth)
        {
            int width = Math.Min(tileWidth, n - column);
            Span<ushort> rows = tile.Span[..(Threshold * width)];
            ShareKernels.ToField(secret.Slice(column, width), rows[..width]);
            uniform.Fill(rows[width..]);
            for (int holder = 1; holder <= Holders; holder++)
            {
                ShareKernels.Evaluate(rows, (uint)holder, values[holder - 1].Span.Slice(column, width), set);
            }
        }

        return [.. values.Select((share, i) => new KeyShare(i + 1, share))];
    }

    internal static int CheckHolder(int holder) =>
        holder is >= 1 and <= MaximumHolders
            ? holder
            : throw new ArgumentOutOfRangeException(nameof(holder), holder, $"A holder's number is 1 to {MaximumHolders}.");

    internal static int CheckCoefficients(int coefficients) =>
        coefficients is >= 1 and <= MaximumCoefficients
            ? coefficients
            : throw new ArgumentOutOfRangeException(
                nameof(coefficients), coefficients, $"A shared vector has 1 to {MaximumCoefficients} coefficients.");
}
