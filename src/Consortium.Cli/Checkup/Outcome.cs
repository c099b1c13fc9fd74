namespace Consortium.Cli.Checkup;

/// <summary>How a check came out.</summary>
internal enum Outcome
{
    Good,

    /// <summary>Could not be looked at, or is worth knowing; nothing to mend.</summary>
    Note,

    Wrong,
}
