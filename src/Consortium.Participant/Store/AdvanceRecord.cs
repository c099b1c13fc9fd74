using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Store;

/// <summary>What a bank itself noted of a round that it applied: its own evidence, which nobody else can bend.</summary>
public sealed record AdvanceRecord(RoundNumber Round, CohortDigest Cohort, StateDigest State)
{
    /// <summary>Reads a session's rounds from a bank's storage, whether its daemon runs or not.</summary>
    /// <param name="storage">The participant's.</param>
    /// <exception cref="StorageException">It is not a participant's, or cannot be read.</exception>
    public static async Task<IReadOnlyList<AdvanceRecord>> ReadAsync(
        IStorage storage, SessionId session, CancellationToken cancellationToken)
    {
        using OpenStorage open = storage.OpenForReading(ParticipantSchema.Value);
        return await open.Database.ReadAsync(state => TrainingTables.Advances(state, session), cancellationToken);
    }
}
