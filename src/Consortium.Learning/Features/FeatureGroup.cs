namespace Consortium.Learning.Features;

/// <summary>Where a feature's knowledge comes from. Values are part of the schema's canonical bytes.</summary>
public enum FeatureGroup : byte
{
    /// <summary>The payment itself.</summary>
    Row = 1,

    /// <summary>Past payments of one of its accounts.</summary>
    Account = 2,

    /// <summary>How money came into an account and left it.</summary>
    PassThrough = 3,

    /// <summary>Past payments between its two accounts.</summary>
    Pair = 4,

    /// <summary>Paths in the bank's own graph.</summary>
    Structure = 5,

    /// <summary>What the bank saw in the 24 hours after the payment.</summary>
    Late = 6,
}
