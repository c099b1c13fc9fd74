using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Consortium.Protocol.Configuration;
using static Consortium.Protocol.Configuration.PartyRole;
using static Consortium.Protocol.Messages.MessageDefinition;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Every type of message, once. The codec, the gate, rejections, traces, the operator's journal and the dispatch of every role
/// follow this table; a new type is its class, its value in <see cref="MessageType"/> and its line here.
/// </summary>
public static class MessageTable
{
    internal static ImmutableArray<MessageDefinition> All { get; } =
    [
        OfSession<SessionPlan>(plan => new SessionId(plan.Digest), Aggregator, Participant, KeyHolder),
        OfSession<SessionControl>(control => control.Statement.Session, Aggregator, Participant, KeyHolder),
        OfSession<Rejected>(rejected => rejected.Statement.Session, Aggregator, Participant, KeyHolder, Operator),
        OfSession<SessionKeyOffered>(offered => offered.Statement.Session, Aggregator, Participant),
        OfSession<SecretAgreed>(agreed => agreed.Statement.Session, Aggregator, KeyHolder),
        OfSession<LateSumsSealed>(late => late.Statement.Session, Aggregator, Participant),
        OfSession<SessionEnded>(ended => ended.Statement.Session, KeyHolder),
        OfSession<CatchUpRequested>(request => request.Statement.Session, Aggregator),

        Statement<RoundOpened>(
            opened => opened.Attempt, (gate, opened) => gate.Check(opened), Participant, Operator),
        Statement<Cohort>(cohort => cohort.Attempt, Participant),
        Statement<UpdateTag>(tag => tag.Attempt, Aggregator),
        Statement<CohortApproval>(approval => approval.Attempt, Aggregator),
        Statement<ModelAdvanced>(advanced => advanced.Attempt, Aggregator, Operator),
        Statement<AttemptAbandoned>(abandoned => abandoned.Attempt, Participant, KeyHolder, Operator),
        Statement<SessionStatusReported>(status => status.Attempt, Operator),
        Statement<BallotKeyRevealed>(revealed => revealed.Attempt, Aggregator),
        Statement<SumDisputed>(disputed => disputed.Attempt, Aggregator),
        Statement<OpeningProofJudged>(judged => judged.Attempt, Aggregator, Participant, Operator),

        // Parts of the messages below.
        Statement<UpdateManifest>(manifest => manifest.Attempt),
        Statement<ShareSumManifest>(manifest => manifest.Attempt),
        Statement<OpeningProofManifest>(manifest => manifest.Attempt),

        Composite<UpdateSubmitted>(
            MessageType.UpdateSubmitted, Participant, UpdateSubmitted.Read, (gate, update) => gate.Check(update),
            update => update.Manifest.Statement.Attempt, Aggregator),
        Composite<CohortClosed>(
            MessageType.CohortClosed, Aggregator, CohortClosed.Read, (gate, closed) => gate.Check(closed),
            closed => closed.Cohort.Statement.Attempt, KeyHolder),
        Composite<ApprovalsRelayed>(
            MessageType.ApprovalsRelayed, KeyHolder, ApprovalsRelayed.Read, (gate, relayed) => gate.Check(relayed),
            relayed => relayed.Approvals.IsEmpty ? null : relayed.Approvals[0].Statement.Attempt, KeyHolder),
        Composite<ShareSumReleased>(
            MessageType.ShareSumReleased, KeyHolder, ShareSumReleased.Read, (gate, released) => gate.Check(released),
            released => released.Manifest.Statement.Attempt, Aggregator),
        Composite<AggregateReleased>(
            MessageType.AggregateReleased, Aggregator, AggregateReleased.Read, (gate, released) => gate.Check(released),
            released => released.Cohort.Statement.Attempt, Participant),
        Composite<RoundRecorded>(
            MessageType.RoundRecorded, Aggregator, RoundRecorded.Read, (gate, recorded) => gate.Check(recorded),
            recorded => recorded.Cohort.Statement.Attempt, Operator),
        Composite<DisputeRelayed>(
            MessageType.DisputeRelayed, Aggregator, DisputeRelayed.Read, (gate, dispute) => gate.Check(dispute),
            dispute => dispute.Cohort.Statement.Attempt, Participant, Operator),
        Composite<OpeningProofSubmitted>(
            MessageType.OpeningProofSubmitted, Participant, OpeningProofSubmitted.Read, (gate, proof) => gate.Check(proof),
            submitted => submitted.Manifest.Statement.Attempt, Aggregator),
        Composite<OpeningProofRelayed>(
            MessageType.OpeningProofRelayed, Participant, OpeningProofRelayed.Read, (gate, relayed) => gate.Check(relayed),
            relayed => relayed.OpeningProof.Statement.Attempt, KeyHolder),
    ];

    private static readonly FrozenDictionary<MessageType, MessageDefinition> ByType =
        All.ToFrozenDictionary(definition => definition.Type);

    private static readonly FrozenDictionary<Type, MessageDefinition> ByClass =
        All.ToFrozenDictionary(definition => definition.MessageClass);

    internal static MessageDefinition Of(Message message) => ByClass[message.GetType()];

    internal static bool TryFind(MessageType type, [NotNullWhen(true)] out MessageDefinition? definition) =>
        ByType.TryGetValue(type, out definition);

    /// <summary>The classes of the messages that a role may receive.</summary>
    public static IEnumerable<Type> ReceivedBy(PartyRole role) =>
        All.Where(definition => definition.Recipients.Contains(role)).Select(definition => definition.MessageClass);

    /// <summary>Why a message is not for a role; null when it is.</summary>
    public static Rejection? NotFor(PartyRole role, Message message) => Of(message).Recipients.Contains(role)
        ? null
        : new Rejection(RejectionReason.WrongRole, $"{message.Type} is not for a party of role {role}");
}
