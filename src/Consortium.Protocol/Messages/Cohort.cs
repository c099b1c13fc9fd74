using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator's word on which updates it summed in one attempt, and to what. Its digest is the <see cref="CohortDigest"/>.
/// </summary>
public sealed record Cohort : IStatement<Cohort>
{
    public static MessageType Type => MessageType.Cohort;

    public static string Domain => "consortium/1/cohort";

    public static PartyRole Signer => PartyRole.Aggregator;

    public required AttemptId Attempt { get; init; }

    /// <summary>What every member started from.</summary>
    public required StateDigest StartedFrom { get; init; }

    /// <summary>What every member sent.</summary>
    public required UpdateShape Shape { get; init; }

    /// <summary>In order of party, without repeats.</summary>
    public required ImmutableArray<CohortMember> Members { get; init; }

    /// <summary><see cref="DigestList.Root"/> of the digests of the sum's chunks, in order.</summary>
    public required Digest SumRoot { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    /// <summary>In order.</summary>
    public ImmutableArray<PartyId> Parties => [.. Members.Select(member => member.Participant)];

    public bool Has(PartyId participant) => Members.Any(member => member.Participant == participant);

    public static Cohort Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        StartedFrom = new StateDigest(reader.Digest()),
        Shape = reader.Shape(),
        Members = Lists.Members(ref reader),
        SumRoot = reader.Digest(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(StartedFrom.Value);
        writer.Shape(Shape);
        Lists.Write(writer, Members);
        writer.Digest(SumRoot);
    }
}
