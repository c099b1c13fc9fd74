using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator gives an attempt up. Key holders that have not released for it delete its shares.
/// </summary>
public sealed record AttemptAbandoned : IStatement<AttemptAbandoned>
{
    public static MessageType Type => MessageType.AttemptAbandoned;

    public static string Domain => "consortium/1/attempt-abandoned";

    public static PartyRole Signer => PartyRole.Aggregator;

    public required AttemptId Attempt { get; init; }

    public required AbandonmentReason Reason { get; init; }

    /// <summary>Whom it waited for, or which key holders rejected, in order.</summary>
    public required ImmutableArray<PartyId> Missing { get; init; }

    /// <summary>For people.</summary>
    public required string Detail { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;


    public static AttemptAbandoned Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        Reason = (AbandonmentReason)reader.UInt8(1, (int)AbandonmentReason.MissingApprovals, "a reason"),
        Missing = Lists.Parties(ref reader, "missing parties"),
        Detail = reader.Text(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.UInt8((int)Reason);
        Lists.Write(writer, Missing);
        writer.Text(Detail);
    }
}
