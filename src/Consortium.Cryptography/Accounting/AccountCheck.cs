using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Accounting;

/// <summary>One key holder's check of a bank's account, by itself and without another message.</summary>
public static class AccountCheck
{
    /// <summary>Null when the account holds, else why not, in a sentence for people. Hostile bytes of chunk, share or proof never throw.</summary>
    /// <param name="statement">What is accounted for, as this holder knows it.</param>
    /// <param name="holder">Whose share it is: 1 to J.</param>
    /// <param name="keyShare">This holder's share of the bank's key, with or without the masks at its end.</param>
    /// <param name="accountShare">What the bank sealed to this holder.</param>
    /// <param name="challenge">32 bytes: a hash of all that is public, the digests of all sealed shares among it.</param>
    /// <param name="proof">What the bank published.</param>
    public static string? Why(
        AccountStatement statement, int holder, KeyShare keyShare, ReadOnlySpan<byte> accountShare, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> proof) =>
        throw new NotSupportedException();
}
