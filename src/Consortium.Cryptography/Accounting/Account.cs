using System.Diagnostics.CodeAnalysis;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Accounting;

/// <summary>A bank's account of one disputed place: what it deals to the key holders, and the proof over it. Secret; erased by <see cref="Dispose"/>.</summary>
public sealed class Account : IDisposable
{
    /// <summary>Draws an account; null when the place does not hold for this key and ciphertext, so that a bank that has a fault finds it itself.</summary>
    /// <param name="statement">What is accounted for.</param>
    /// <param name="key">The key that encrypted the chunk.</param>
    /// <param name="keyShares">Its shares as they were dealt, with or without the masks at their end; of T holders at least, the first T count.</param>
    /// <param name="randomness">Where masks and shares are drawn from.</param>
    public static Account? Draw(AccountStatement statement, SecretKey key, IReadOnlyList<KeyShare> keyShares, RandomSource randomness) => throw new NotSupportedException();

    /// <summary>One holder's share: <see cref="AccountStatement.ShareLength"/> bytes. Erase it after sealing.</summary>
    /// <param name="holder">1 to J.</param>
    public byte[] EncodeShare(int holder) => throw new NotSupportedException();

    /// <summary>Makes the proof. False, all but never, when masks came out too large to show: draw another account and seal that.</summary>
    /// <param name="challenge">32 bytes: a hash of all that is public, the digests of all sealed shares among it.</param>
    /// <param name="proof"><see cref="AccountStatement.ProofLength"/> bytes, public.</param>
    public bool TryProve(ReadOnlySpan<byte> challenge, [NotNullWhen(true)] out byte[]? proof) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
