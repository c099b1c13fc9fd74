using Consortium.Protocol.Messages;

namespace Consortium.Auditing;

/// <summary>A round as the auditor's own bank noted it when it applied the round's sum.</summary>
public sealed record OwnRound(RoundNumber Round, CohortDigest Cohort, StateDigest State);
