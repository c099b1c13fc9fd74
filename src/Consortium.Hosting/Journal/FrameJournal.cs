using System.Diagnostics;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Storage;
using Consortium.Primitives;

namespace Consortium.Hosting.Journal;

/// <summary>
/// Turns at-least-once delivery into once: a frame's effect on the state, the memory of having seen it and all frames that come of it are
/// one transaction, and only then is it acknowledged. A crash before the commit leaves nothing; one after it leaves a repeat,
/// which is known again by its sender and digest.
/// </summary>
public sealed class FrameJournal(StateDatabase database, Outbox outbox, TimeProvider time)
{
    /// <summary>The tables of journal and outbox: a daemon's first migration.</summary>
    public const string Migration = """
        CREATE TABLE inbox (
            sender TEXT NOT NULL,
            digest BLOB NOT NULL,
            received INTEGER NOT NULL,
            reason TEXT,
            PRIMARY KEY (sender, digest)) WITHOUT ROWID;
        CREATE INDEX inbox_by_time ON inbox (received);
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            recipient TEXT NOT NULL,
            body BLOB,
            blob BLOB,
            trace TEXT,
            CHECK ((body IS NULL) <> (blob IS NULL)));
        CREATE INDEX outbox_by_recipient ON outbox (recipient, id);
        """;

    /// <summary>
    /// Loads, lets <paramref name="transition"/> decide, saves and queues for sending, in one transaction. A frame that was handled
    /// before gets the verdict it got then.
    /// </summary>
    public async Task<Delivery> HandleOnceAsync(Frame frame, Func<StateTransaction, Frame, Transition> transition, CancellationToken cancellationToken)
    {
        byte[] digest = frame.Digest.ToArray();
        Delivery delivery = await database.WriteAsync(
            state =>
            {
                if (Find(state, frame, digest) is { } earlier)
                {
                    return earlier;
                }

                Transition made = transition(state, frame);
                if (made.Once)
                {
                    string? reason = (made.Delivery as Delivery.RejectedDelivery)?.Reason;
                    state.Execute(
                        "INSERT INTO inbox (sender, digest, received, reason) VALUES ($1, $2, $3, $4)",
                        frame.Sender.Name, digest, time.GetUtcNow().ToUnixTimeMilliseconds(), reason);
                }

                Outbox.Add(state, made.Outgoing, Activity.Current?.Id ?? TraceParent(frame.Trace));
                return made.Delivery;
            },
            cancellationToken);
        outbox.Wake();
        return delivery;
    }

    /// <summary>The same for what no frame set off: a deadline, a command, a start.</summary>
    public async Task ActAsync(Func<StateTransaction, IReadOnlyList<OutgoingFrame>> act, CancellationToken cancellationToken)
    {
        await database.WriteAsync(state => Outbox.Add(state, act(state), Activity.Current?.Id), cancellationToken);
        outbox.Wake();
    }

    /// <summary>Forgets frames handled before <paramref name="before"/>, which must lie further back than any redelivery.</summary>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken) => database.WriteAsync(
        state => { state.Execute("DELETE FROM inbox WHERE received < $1", before.ToUnixTimeMilliseconds()); }, cancellationToken);

    private static Delivery? Find(StateTransaction state, Frame frame, byte[] digest) =>
        state.Query(
            "SELECT reason FROM inbox WHERE sender = $1 AND digest = $2",
            row => row.IsDBNull(0) ? Delivery.Accepted : Delivery.Rejected(row.GetString(0)),
            frame.Sender.Name, digest).FirstOrDefault();

    private static string? TraceParent(ActivityContext trace) =>
        trace == default ? null : $"00-{trace.TraceId}-{trace.SpanId}-{(byte)trace.TraceFlags:x2}";
}
