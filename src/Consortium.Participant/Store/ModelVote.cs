using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Store;

/// <summary>How the banks of a session voted on its model, as a bank's daemon noted it.</summary>
public sealed record ModelVote(SessionId Session, VoteTally Vote)
{
    /// <summary>Reads a bank's votes from its storage, the oldest first, whether its daemon runs or not.</summary>
    /// <param name="storage">The participant's.</param>
    /// <exception cref="StorageException">It is not a participant's, or cannot be read.</exception>
    public static async Task<IReadOnlyList<ModelVote>> ReadAsync(IStorage storage, CancellationToken cancellationToken)
    {
        using OpenStorage open = storage.OpenForReading(ParticipantSchema.Value);
        return await open.Database.ReadAsync(TrainingTables.Votes, cancellationToken);
    }
}
