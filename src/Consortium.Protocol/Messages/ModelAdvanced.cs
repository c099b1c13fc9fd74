using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank opened the sum, advanced its model, and now holds this state.
/// </summary>
public sealed record ModelAdvanced : IStatement<ModelAdvanced>
{
    public static MessageType Type => MessageType.ModelAdvanced;

    public static string Domain => "consortium/3/model-advanced";

    public static PartyRole Signer => PartyRole.Participant;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    public required StateDigest State { get; init; }

    /// <summary>The model is finished in this state: it needs no further round, though the plan may allow more.</summary>
    public bool IsFinal { get; init; }

    /// <summary>How the banks voted on the finished model; null before the end, and where the plan has no vote.</summary>
    public VoteTally? Vote { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static ModelAdvanced Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        State = new StateDigest(reader.Digest()),
        IsFinal = reader.UInt8(0, 1, "whether the state is final") == 1,
        Vote = reader.UInt8(0, 1, "whether there was a vote") == 1 ? VoteTally.Read(ref reader) : null,
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        writer.Digest(State.Value);
        writer.UInt8(IsFinal ? 1 : 0);
        writer.UInt8(Vote is null ? 0 : 1);
        Vote?.Write(writer);
    }
}
