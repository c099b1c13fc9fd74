using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>One attempt at one round of one session of one consortium: what every statement inside a round is bound to.</summary>
public readonly record struct AttemptId(ConsortiumDigest Consortium, SessionId Session, RoundNumber Round, AttemptNumber Attempt)
{
    /// <summary>Orders attempts of one session: by round, then by attempt.</summary>
    public int CompareWithin(AttemptId other) =>
        Round == other.Round ? Attempt.CompareTo(other.Attempt) : Round.CompareTo(other.Round);

    public override string ToString() => $"round {Round} attempt {Attempt} of session {Session.ToString()[..16]}";
}
