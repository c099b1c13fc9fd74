using System.Collections.Immutable;
using Consortium.Auditing;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// An aggregator's storage, read for an audit while its daemon runs or when it does not. Nothing in it is changed. What is
/// exported is what is there: whether it is right is for whoever audits it.
/// </summary>
public sealed class AuditArchive : IDisposable
{
    private readonly ConsortiumConfiguration _configuration;
    private readonly OpenStorage _storage;

    private AuditArchive(ConsortiumConfiguration configuration, OpenStorage storage)
    {
        _configuration = configuration;
        _storage = storage;
    }

    /// <param name="storage">The aggregator's.</param>
    /// <exception cref="StorageException">It is not an aggregator's, or cannot be read.</exception>
    public static AuditArchive Open(ConsortiumConfiguration configuration, IStorage storage) =>
        new(configuration, storage.OpenForReading(AggregatorDaemon.Schema));

    /// <summary>Sessions that this aggregator ran, with their plans.</summary>
    public Task<IReadOnlyDictionary<SessionId, SessionPlan>> SessionsAsync(CancellationToken cancellationToken) =>
        _storage.Database.ReadAsync<IReadOnlyDictionary<SessionId, SessionPlan>>(
            state => SessionTable.All(state).ToDictionary(id => id, id => PlanOf(state, id).Statement), cancellationToken);

    /// <summary>Writes a session's released rounds as a bundle, in the memory of one chunk of every bank.</summary>
    /// <param name="configurationFile">The bytes of <c>consortium.json</c>, which go into the bundle.</param>
    /// <param name="only">The one round to export; null exports all.</param>
    /// <returns>Rounds written.</returns>
    /// <exception cref="StorageException">The session, the round, or some of its ciphertext is not there any more.</exception>
    public async Task<int> ExportAsync(
        ReadOnlyMemory<byte> configurationFile, SessionId session, RoundNumber? only, Stream output,
        CancellationToken cancellationToken)
    {
        (Signed<SessionPlan> plan, IReadOnlyList<RoundNumber> rounds) = await _storage.Database.ReadAsync(
            state => (PlanOf(state, session), RoundsOf(state, session)), cancellationToken);
        if (only is RoundNumber one)
        {
            rounds = rounds.Contains(one)
                ? [one]
                : throw new StorageException(
                    StorageFault.Missing,
                    $"Round {one} of session {session} was not released here; it has {rounds.Count} released "
                        + $"{(rounds.Count == 1 ? "round" : "rounds")}.");
        }

        var writer = new BundleWriter(output);
        await writer.BeginAsync(configurationFile, plan, only ?? RoundNumber.First, only is null ? 0 : 1, cancellationToken);
        foreach (RoundNumber round in rounds)
        {
            await ExportAsync(writer, session, round, cancellationToken);
        }

        await writer.EndAsync(cancellationToken);
        return rounds.Count;
    }

    public void Dispose() => _storage.Dispose();

    private async Task ExportAsync(
        BundleWriter writer, SessionId session, RoundNumber number, CancellationToken cancellationToken)
    {
        (RetainedRound round, ImmutableArray<IReadOnlyList<StoredFrame>> frames) = await _storage.Database.ReadAsync(
            state => Find(state, session, number), cancellationToken);
        await writer.AddRoundAsync(round, cancellationToken);
        byte[] row = new byte[frames.Length * WireChunk.Size];
        for (int chunk = 0; chunk < round.Cohort.Statement.Shape.Chunks; chunk++)
        {
            for (int source = 0; source < frames.Length; source++)
            {
                StoredFrame stored = frames[source].Last(frame => frame.First <= chunk);
                await _storage.Blobs.ReadRangeAsync(
                    stored.Blob, ChunkFrame.HeaderLength + ((chunk - stored.First) * WireChunk.Size),
                    row.AsMemory(source * WireChunk.Size, WireChunk.Size), cancellationToken);
            }

            await writer.AddChunkAsync(row, cancellationToken);
        }
    }

    /// <summary>A round's statements, and where the chunks of each member and of the sum are.</summary>
    private (RetainedRound Round, ImmutableArray<IReadOnlyList<StoredFrame>> Frames) Find(
        StateTransaction state, SessionId session, RoundNumber number)
    {
        ReleasedCohort released = Archive.FindRelease(state, session, number, _configuration.Limits)
            ?? throw Missing(session, number, "its release");
        ImmutableArray<UpdateSubmitted> updates =
        [
            .. released.Cohort.Statement.Members.Select(member =>
                Archive.FindUpdate(state, member.ManifestDigest, _configuration.Limits)
                    ?? throw Missing(session, number, $"the update of '{member.Participant}'")),
        ];
        var round = new RetainedRound
        {
            Cohort = released.Cohort,
            Manifests = [.. updates.Select(update => update.Manifest)],
            ChunkDigests = [.. updates.Select(update => update.ChunkDigests)],
            SumDigests = released.SumDigests,
            Tags = released.Tags,
            Approvals = released.Approvals,
            ShareSums = [.. released.ShareSums.Select(shareSum => shareSum.Manifest)],
            Advances = Archive.Advances(state, session, number, _configuration.Limits),
            Voids = released.Voids,
        };
        int chunks = released.Cohort.Statement.Shape.Chunks;
        return (round,
        [
            .. updates.Select(update => Cover(update.Digest, update.Sender)),
            Cover(released.Cohort.Digest, _configuration.Aggregator.Id),
        ]);

        IReadOnlyList<StoredFrame> Cover(Digest source, PartyId sender) =>
            StoredFrame.Cover(Archive.Frames(state, source, sender), chunks) is { } cover
                ? cover
                : throw Missing(session, number, $"ciphertext of '{sender}'");
    }

    private Signed<SessionPlan> PlanOf(StateTransaction state, SessionId session) =>
        SessionTable.Find(state, session) is { } encoded
            ? SessionState.DecodeAggregator(encoded, _configuration).Plan
            : throw new StorageException(StorageFault.Missing, $"Session {session} was never started at this aggregator.");

    private static IReadOnlyList<RoundNumber> RoundsOf(StateTransaction state, SessionId session) =>
        Retention.IsDeleted(state, session)
            ? throw new StorageException(
                StorageFault.Missing, $"What session {session} left was deleted: its time of retention is over.")
            : Archive.ReleasedRounds(state, session);

    private static StorageException Missing(SessionId session, RoundNumber round, string what) =>
        new(
            StorageFault.Missing,
            $"Round {round} of session {session} lacks {what}. Restore the aggregator's data folder from a backup, or export "
                + "other rounds with --round.");
}
