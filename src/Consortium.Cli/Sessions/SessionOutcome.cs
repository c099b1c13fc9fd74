using Consortium.Cli.CommandLine;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary>How a session fares.</summary>
/// <param name="State">What most banks' models ended in, once they did and it is known here.</param>
/// <param name="Detail">For people.</param>
internal sealed record SessionOutcome(OutcomeKind Kind, StateDigest? State, string Detail)
{
    /// <summary>Whether it can end in anything else.</summary>
    public bool IsOver => Kind is OutcomeKind.Completed or OutcomeKind.Aborted or OutcomeKind.Refused or OutcomeKind.Stalled;

    public ExitCode Code => Kind is OutcomeKind.Aborted or OutcomeKind.Refused or OutcomeKind.Stalled ? ExitCode.Refused : ExitCode.Done;
}
