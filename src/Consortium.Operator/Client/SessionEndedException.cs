using Consortium.Operator.Sessions;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Client;

/// <summary>A session cannot be controlled, because it has ended.</summary>
public sealed class SessionEndedException(SessionLog log, SessionOutcome outcome, SessionAction action) : Exception(
    $"Session {log.ShortId} is {outcome.Kind.ToString().ToLowerInvariant()} already, {outcome.Detail}: there is nothing to "
        + $"{action.ToString().ToLowerInvariant()}.")
{
    public SessionOutcome Outcome => outcome;
}
