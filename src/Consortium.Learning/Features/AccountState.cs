namespace Consortium.Learning.Features;

/// <summary>What the bank remembers of one account, its own or a foreign one that its own dealt with.</summary>
internal struct AccountState
{
    /// <summary>The <see cref="Account"/> of a slot that is free for another account.</summary>
    public const int Free = -1;

    public PaymentStream Out;
    public PaymentStream In;

    /// <summary>The account's index in the caller's account table.</summary>
    public int Account;

    /// <summary>The account's bank, numbered within this graph.</summary>
    public int Bank;

    public readonly bool IsSilentSince(int minute) =>
        (Out.Count == 0 || Out.LastMinute < minute) && (In.Count == 0 || In.LastMinute < minute);
}
