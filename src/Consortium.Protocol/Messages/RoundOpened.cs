using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator asks the participants for the updates of one attempt.
/// </summary>
public sealed record RoundOpened : IStatement<RoundOpened>
{
    public static MessageType Type => MessageType.RoundOpened;

    public static string Domain => "consortium/1/round-opened";

    public static PartyRole Signer => PartyRole.Aggregator;

    public required AttemptId Attempt { get; init; }

    /// <summary>The state most banks say they hold. A bank that holds another has diverged.</summary>
    public required StateDigest StartsFrom { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Deadline { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;


    public static RoundOpened Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        StartsFrom = new StateDigest(reader.Digest()),
        Deadline = reader.Int64(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(StartsFrom.Value);
        writer.Int64(Deadline);
    }
}
