using System.Threading.Channels;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Journal;

/// <summary>Frames that are decided and not yet confirmed by the broker, in the daemon's database.</summary>
public sealed class Outbox(StateDatabase database)
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _waiting;

    /// <summary>Frames that waited when the dispatcher last looked, less those confirmed since.</summary>
    public long Waiting => Math.Max(0, Interlocked.Read(ref _waiting));

    /// <summary>Frames that wait.</summary>
    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(state => state.Query("SELECT COUNT(*) FROM outbox", row => row.GetInt64(0))[0], cancellationToken);

    /// <summary>Blobs that frames still to be sent consist of: not to be collected.</summary>
    public async Task<IReadOnlySet<Digest>> BlobsAsync(CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            state => state.Query("SELECT DISTINCT blob FROM outbox WHERE blob IS NOT NULL", row => new Digest(row.GetBytes(0))),
            cancellationToken)).ToHashSet();

    /// <summary>Parties for whom frames wait.</summary>
    public static IReadOnlyList<PartyId> Recipients(StateTransaction state) =>
        state.Query("SELECT DISTINCT recipient FROM outbox", row => new PartyId(row.GetString(0)));

    internal static void Add(StateTransaction state, IReadOnlyList<OutgoingFrame> frames, string? trace)
    {
        if (frames.Count == 0)
        {
            return;
        }

        long last = state.Query("SELECT COALESCE(MAX(id), 0) FROM outbox", row => row.GetInt64(0))[0];
        foreach (OutgoingFrame frame in frames)
        {
            state.Execute(
                "INSERT INTO outbox (id, recipient, body, blob, trace) VALUES ($1, $2, $3, $4, $5)",
                ++last, frame.To.Name, frame.Body?.ToArray(), frame.Blob?.ToArray(), frame.Trace ?? trace);
        }
    }

    internal void Wake() => _wake.Writer.TryWrite(true);

    internal ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _wake.Reader.ReadAsync(cancellationToken);

    internal async Task<IReadOnlyList<PartyId>> RecipientsAsync(CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _waiting, await CountAsync(cancellationToken));
        return await database.ReadAsync(Recipients, cancellationToken);
    }

    internal Task<IReadOnlyList<long>> OldestAsync(PartyId recipient, int maximum, CancellationToken cancellationToken) =>
        database.ReadAsync(
            state => state.Query(
                "SELECT id FROM outbox WHERE recipient = $1 ORDER BY id LIMIT $2", row => row.GetInt64(0), recipient.Name,
                maximum),
            cancellationToken);

    internal async Task<(ReadOnlyMemory<byte>? Body, Digest? Blob, string? Trace)> ReadAsync(
        long id, CancellationToken cancellationToken) =>
        (await database.ReadAsync(
            state => state.Query(
                "SELECT body, blob, trace FROM outbox WHERE id = $1",
                row => (
                    row.IsNull(0) ? (ReadOnlyMemory<byte>?)null : row.GetBytes(0),
                    row.IsNull(1) ? (Digest?)null : new Digest(row.GetBytes(1)),
                    row.IsNull(2) ? null : row.GetString(2)),
                id),
            cancellationToken))[0];

    internal async Task RemoveAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await database.WriteAsync(
            state =>
            {
                foreach (long id in ids)
                {
                    state.Execute("DELETE FROM outbox WHERE id = $1", id);
                }
            },
            cancellationToken);
        Interlocked.Add(ref _waiting, -ids.Count);
    }
}
