namespace Consortium.Protocol.Ledger;

/// <summary>What came of a cohort. Values are in ledger files.</summary>
public enum ParticipationKind : byte
{
    /// <summary>
    /// This bank sent an update that was to be summed with this cohort's. Whether the sum was opened anywhere, it cannot know.
    /// </summary>
    Sent = 1,

    /// <summary>The cohort's sum was released.</summary>
    Released = 2,
}
