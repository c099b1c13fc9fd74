using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Store;

/// <summary>A model that a bank's sessions led to, as its daemon noted it.</summary>
public sealed record AdoptedModel(SessionId Session, int Rounds, Digest Model)
{
    /// <summary>Reads a bank's models from its storage, the oldest first, whether its daemon runs or not.</summary>
    /// <param name="storage">The participant's.</param>
    /// <exception cref="StorageException">It is not a participant's, or cannot be read.</exception>
    public static async Task<IReadOnlyList<AdoptedModel>> ReadAsync(IStorage storage, CancellationToken cancellationToken)
    {
        using OpenStorage open = storage.OpenForReading(ParticipantSchema.Value);
        return await open.Database.ReadAsync(TrainingTables.Models, cancellationToken);
    }
}
