namespace Consortium.Cli.CommandLine;

/// <summary>What a command's exit code tells a script. They never change meaning.</summary>
internal enum ExitCode
{
    /// <summary>Done; what was checked holds.</summary>
    Done = 0,

    /// <summary>It ran to its end, and what was checked does not hold: a problem was found, a verdict is no.</summary>
    DoesNotHold = 1,

    /// <summary>Arguments, configuration or files cannot be worked with.</summary>
    BadInput = 2,

    /// <summary>The broker cannot be reached or does not let us in.</summary>
    NotReached = 3,

    /// <summary>A party rejected, or the session ended without a model.</summary>
    Rejected = 4,

    /// <summary>A defect of this program: worth a report.</summary>
    Defect = 70,

    /// <summary>Ctrl-C.</summary>
    Interrupted = 130,
}
