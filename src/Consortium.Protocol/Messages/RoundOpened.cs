using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator asks the participants for the updates of one attempt.
/// </summary>
public sealed record RoundOpened : IStatement<RoundOpened>
{
    public static MessageType Type => MessageType.RoundOpened;

    public static string Domain => "consortium/2/round-opened";

    public static PartyRole Signer => PartyRole.Aggregator;

    public required AttemptId Attempt { get; init; }

    /// <summary>The state most banks say they hold. A bank that holds another has diverged.</summary>
    public required StateDigest StartsFrom { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Deadline { get; init; }

    /// <summary>What the banks seal to: a <see cref="SessionKeyList"/>.</summary>
    public required ImmutableArray<Digest> SessionKeys { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static RoundOpened Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        StartsFrom = new StateDigest(reader.Digest()),
        Deadline = reader.Int64(),
        SessionKeys = Lists.Digests(ref reader, reader.Limits.KeyHolders, "session keys"),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(StartsFrom.Value);
        writer.Int64(Deadline);
        Lists.Write(writer, SessionKeys);
    }
}
