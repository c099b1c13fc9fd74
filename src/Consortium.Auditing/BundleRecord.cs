namespace Consortium.Auditing;

/// <summary>What a part of a bundle is. Values are in files.</summary>
public enum BundleRecord : byte
{
    /// <summary><c>consortium.json</c>, first in every bundle.</summary>
    Configuration = 1,

    /// <summary>The session's signed plan as a message.</summary>
    Plan = 2,

    /// <summary>Which rounds were asked for: the first, and how many (0 for all there were), as two 32-bit integers.</summary>
    Scope = 3,

    /// <summary>A <c>RetainedRound</c>. Its chunks follow, each index once and in order.</summary>
    Round = 4,

    /// <summary>The members' chunks of one index in the cohort's order, then the sum's.</summary>
    Chunk = 5,

    /// <summary>How many rounds the bundle has, as a 32-bit integer: without it, a bundle was cut off.</summary>
    End = 6,
}
