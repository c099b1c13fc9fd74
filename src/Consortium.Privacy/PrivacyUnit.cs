namespace Consortium.Privacy;

/// <summary>What a privacy guarantee hides the presence of. Values are on the wire.</summary>
public enum PrivacyUnit : byte
{
    /// <summary>One payment of the window, as a row: its features and its label.</summary>
    Payment = 1,

    /// <summary>All payments of the window that one account sent.</summary>
    Account = 2,
}
