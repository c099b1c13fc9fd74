using Consortium.Cli.CommandLine;
using Consortium.Operator.Sessions;

namespace Consortium.Cli.Sessions;

/// <summary>What a session's outcome is to a script.</summary>
internal static class OutcomeCode
{
    extension(SessionOutcome outcome)
    {
        public ExitCode Code => outcome.Kind is OutcomeKind.Declined or OutcomeKind.Aborted or OutcomeKind.Rejected
            or OutcomeKind.Stalled or OutcomeKind.Spoiled ? ExitCode.Rejected : ExitCode.Done;
    }
}
