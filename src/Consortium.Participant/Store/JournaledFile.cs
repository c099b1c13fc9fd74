using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;

namespace Consortium.Participant.Store;

/// <summary>One content of a payment file, and what became of it.</summary>
/// <param name="Name">In the folder.</param>
/// <param name="Digest">SHA-256 of the content; null where an earlier release took the file, or it was never whole.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Written">When the file was last written, in ticks of UTC.</param>
/// <param name="Batch">Of which batch its payments are part.</param>
/// <param name="Reason">Why it waits or is set aside, or what people should know of its rows.</param>
/// <param name="Rows">Payments taken of it; of the files that were there first, those of all.</param>
/// <param name="SetAside">Rows of it that were not taken.</param>
public sealed record JournaledFile(
    string Name, FileState State, Digest? Digest, long Length, long Written, int? Batch, string? Reason, long Rows, long SetAside)
{
    /// <summary>Reads a bank's journal from its storage, whether its daemon runs or not. In the order the files came.</summary>
    /// <exception cref="StorageException">It is not a participant's, or cannot be read.</exception>
    public static async Task<IReadOnlyList<JournaledFile>> ReadAsync(IStorage storage, CancellationToken cancellationToken)
    {
        using OpenStorage open = storage.OpenForReading(ParticipantSchema.Value);
        return await open.Database.ReadAsync(FileJournal.All, cancellationToken);
    }
}
