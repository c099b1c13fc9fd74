namespace Consortium.Protocol.Audit;

/// <summary>What an audit looks at, in the order in which it does.</summary>
public enum AuditCheck
{
    /// <summary>The operator signed the plan, and it can work in this consortium.</summary>
    Plan = 1,

    /// <summary>Every manifest, cohort, approval and release is signed by whom it says.</summary>
    Signatures = 2,

    /// <summary>The cohort is one that the plan allows, and names the manifests that are there.</summary>
    Cohort = 3,

    /// <summary>T key holders approved this cohort, and T released for it.</summary>
    Release = 4,

    /// <summary>Each bank's chunks are those it signed.</summary>
    Updates = 5,

    /// <summary>The released chunks are the sum of the banks' chunks.</summary>
    Sum = 6,

    /// <summary>All banks reached the same model.</summary>
    Model = 7,

    /// <summary>The rounds of a session follow each other, with one cohort each.</summary>
    Session = 8,

    /// <summary>What is audited is whole and well-formed.</summary>
    Bundle = 9,

    /// <summary>Each bank's tag is that of the chunks it signed.</summary>
    Tags = 10,
}
