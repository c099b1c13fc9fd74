using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// What a training session will do, signed by the operator. Its digest is the session's identifier. Each bank's policy may reject
/// it.
/// </summary>
public sealed record SessionPlan : IStatement<SessionPlan>
{
    public static MessageType Type => MessageType.SessionPlan;

    public static string Domain => "consortium/4/session-plan";

    public static PartyRole Signer => PartyRole.Operator;

    public required ConsortiumDigest Consortium { get; init; }

    /// <summary>What people call the session.</summary>
    public required string Name { get; init; }

    /// <summary>What the session runs, such as <c>training</c>.</summary>
    public required string Workload { get; init; }

    /// <summary>The workload's own canonical bytes. Opaque here.</summary>
    public required ReadOnlyMemory<byte> Parameters { get; init; }

    /// <summary>The state that round 1 starts from.</summary>
    public required StateDigest InitialState { get; init; }

    public required int Rounds { get; init; }

    /// <summary>In order, without repeats.</summary>
    public required ImmutableArray<PartyId> Participants { get; init; }

    public required CohortRule Cohort { get; init; }

    /// <summary>Fewer updates than this are never summed. At least the configuration's own minimum.</summary>
    public required int MinimumCohort { get; init; }

    /// <summary>Attempts at one round before the session pauses for the operator.</summary>
    public required int MaximumAttempts { get; init; }

    /// <summary>The longest vector any round may ask of a bank.</summary>
    public required int MaximumValues { get; init; }

    /// <summary>How long banks have for their updates.</summary>
    public required int UpdateSeconds { get; init; }

    /// <summary>Banks train on payments of these days only. Whom the ledger lets train together depends on it.</summary>
    public required DataWindow Window { get; init; }

    /// <summary>What the sums' noise leaves to be told; null where they are exact.</summary>
    public NoiseTerms? Noise { get; init; }

    /// <summary>Unix milliseconds. Tells two plans that are otherwise alike apart.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>What the plan's sums may tell, for people; null where they are exact.</summary>
    /// <param name="budget">The consortium's, which has the delta.</param>
    public PrivacyGuarantee? GuaranteeUnder(PrivacyBudget? budget) => Noise is { } noise && budget is not null
        ? new PrivacyGuarantee
        {
            Epsilon = noise.Loss.Epsilon(budget.Delta),
            Delta = budget.Delta,
            Unit = noise.Unit,
            First = Window.First,
            Last = Window.Last,
        }
        : null;

    public static SessionPlan Read(ref CanonicalReader reader) => new()
    {
        Consortium = reader.Consortium(),
        Name = reader.Text(),
        Workload = reader.Ascii(64, "a workload"),
        Parameters = reader.Bytes(reader.Limits.ModelBytes, "a workload's parameters"),
        InitialState = new StateDigest(reader.Digest()),
        Rounds = reader.Int32(1, RoundNumber.Maximum, "a number of rounds"),
        Participants = Lists.Parties(ref reader, "participants"),
        Cohort = (CohortRule)reader.UInt8(1, 2, "a cohort rule"),
        MinimumCohort = reader.Int32(1, reader.Limits.Participants, "a minimum cohort"),
        MaximumAttempts = reader.Int32(1, AttemptNumber.Maximum, "a number of attempts"),
        MaximumValues = reader.Int32(1, int.MaxValue, "a number of values"),
        UpdateSeconds = reader.Int32(1, 7 * 24 * 3600, "a number of seconds"),
        Window = DataWindow.Read(ref reader),
        Noise = NoiseTerms.ReadOptional(ref reader),
        CreatedAt = reader.Int64(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Digest(Consortium.Value);
        writer.Text(Name);
        writer.Ascii(Workload);
        writer.Bytes(Parameters.Span);
        writer.Digest(InitialState.Value);
        writer.Int32(Rounds);
        Lists.Write(writer, Participants);
        writer.UInt8((int)Cohort);
        writer.Int32(MinimumCohort);
        writer.Int32(MaximumAttempts);
        writer.Int32(MaximumValues);
        writer.Int32(UpdateSeconds);
        Window.Write(writer);
        NoiseTerms.WriteOptional(writer, Noise);
        writer.Int64(CreatedAt);
    }
}
