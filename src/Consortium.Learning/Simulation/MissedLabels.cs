namespace Consortium.Learning.Simulation;

/// <summary>What a bank misses at once where it labels laundering legitimate.</summary>
public enum MissedLabels : byte
{
    /// <summary>Each payment by itself.</summary>
    Payments,

    /// <summary>All that one of its customers sends: a launderer whom nobody has found.</summary>
    Accounts,

    /// <summary>
    /// All that its customers send in one attempt: a scheme that nobody has found. Payments outside attempts are missed by
    /// themselves.
    /// </summary>
    Attempts,
}
