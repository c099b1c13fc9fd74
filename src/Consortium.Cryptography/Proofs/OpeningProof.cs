using System.Diagnostics.CodeAnalysis;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// A bank's opening proof of one disputed place: what it deals to the key holders, and the proof over it. Secret; erased by <see
/// cref="Dispose"/>.
/// </summary>
/// <remarks>Not thread-safe. It is proven once: two proofs over one set of masks give away more than one does.</remarks>
public sealed class OpeningProof : IDisposable
{
    private readonly OpeningStatement _statement;
    private readonly DisputedCoefficient _disputed;
    private readonly OpeningDealing _dealing;
    private bool _proven;
    private bool _disposed;

    private OpeningProof(OpeningStatement statement, DisputedCoefficient disputed, OpeningDealing dealing) =>
        (_statement, _disputed, _dealing) = (statement, disputed, dealing);

    /// <summary>What is dealt, for tests to see that it is erased.</summary>
    internal OpeningDealing Dealing => _dealing;

    /// <summary>
    /// Draws an opening proof; null when the place does not hold for this key and ciphertext, so that a bank that has a fault
    /// finds it itself.
    /// </summary>
    /// <param name="statement">What is proven.</param>
    /// <param name="key">The key that encrypted the chunk.</param>
    /// <param name="keyShares">
    /// Its shares as they were dealt, with or without the masks at their end; of T different holders at least, the first T count.
    /// </param>
    /// <param name="randomness">Where masks and shares are drawn from.</param>
    /// <exception cref="ArgumentException">
    /// Fewer shares than T, shares of one holder twice, or of another vector than a key.
    /// </exception>
    /// <exception cref="MalformedDataException">
    /// The statement's chunk is not one of its layout and index that a bank sends.
    /// </exception>
    public static OpeningProof? Draw(
        OpeningStatement statement, SecretKey key, IReadOnlyList<KeyShare> keyShares, RandomSource randomness)
    {
        CheckShares(keyShares, statement.Threshold);
        ReadOnlySpan<int> coefficients = key.Coefficients;
        var disputed = new DisputedCoefficient(statement);
        var dealing = new OpeningDealing(statement);
        bool isKey = dealing.SetKey(coefficients, keyShares);
        if (!(isKey & dealing.SetBits(disputed)))
        {
            dealing.Dispose();
            return null;
        }

        using UniformStream uniform = UniformStream.Draw(randomness);
        dealing.DrawMasks(randomness, uniform);
        dealing.SetProducts();
        dealing.DrawPolynomials(uniform);
        return new OpeningProof(statement, disputed, dealing);
    }

    /// <summary>One holder's share: <see cref="OpeningStatement.ShareLength"/> bytes. Erase it after sealing.</summary>
    /// <param name="holder">1 to J.</param>
    public byte[] EncodeShare(int holder)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(holder, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(holder, _statement.Holders);
        byte[] share = GC.AllocateArray<byte>(_statement.ShareLength, pinned: true);
        _dealing.Encode(holder, share);
        return share;
    }

    /// <summary>
    /// Makes the proof. False, in one proof of some 36,000, when masks came out too large to show: draw another one and seal
    /// that.
    /// </summary>
    /// <param name="challenge">32 bytes: a hash of all that is public, the digests of all sealed shares among it.</param>
    /// <param name="proof"><see cref="OpeningStatement.ProofLength"/> bytes, public.</param>
    /// <exception cref="InvalidOperationException">It was proven before.</exception>
    public bool TryProve(ReadOnlySpan<byte> challenge, [NotNullWhen(true)] out byte[]? proof)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, OpeningChallenge.Length, nameof(challenge));
        if (_proven)
        {
            throw new InvalidOperationException("This opening proof has been proven; draw another one for another challenge.");
        }

        _proven = true;
        LinearProof opened = _dealing.Open(_disputed, challenge);
        bool holds = opened.WhyNot() is null;
        proof = holds ? opened.Encode() : null;
        if (!holds)
        {
            opened.Erase();
        }

        return holds;
    }

    public void Dispose()
    {
        _disposed = true;
        _dealing.Dispose();
    }

    public override string ToString() => "OpeningProof(redacted)";

    private static void CheckShares(IReadOnlyList<KeyShare> keyShares, int threshold)
    {
        if (keyShares.Count < threshold
            || keyShares.Take(threshold).Select(share => share.Holder).Distinct().Count() != threshold)
        {
            throw new ArgumentException($"A key is known by its shares at {threshold} different holders.", nameof(keyShares));
        }

        if (keyShares.Take(threshold).Any(
            share => share.Coefficients is not (RnsBasis.Degree or RnsBasis.Degree + SharingProof.Masks)))
        {
            throw new ArgumentException(
                $"A key's share has {RnsBasis.Degree} values, or {SharingProof.Masks} masks more.", nameof(keyShares));
        }
    }
}
