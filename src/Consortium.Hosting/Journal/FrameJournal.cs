using System.Diagnostics;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Journal;

/// <summary>
/// A frame's effect on the state and all frames that come of it are one transaction, and only then is the frame acknowledged. A
/// crash before the commit leaves nothing; one after it leaves a repeat. The journal does not remember frames: a role's state
/// machine answers a repeat as it answered the first, from its state, so that a frame may come any number of times.
/// </summary>
public sealed class FrameJournal(StateDatabase database, Outbox outbox)
{
    /// <summary>The outbox: a daemon's first migration.</summary>
    public const string Migration = """
        CREATE TABLE outbox (
            id BIGINT PRIMARY KEY,
            recipient TEXT NOT NULL,
            body BLOB,
            blob BLOB,
            trace TEXT,
            CHECK ((body IS NULL) <> (blob IS NULL)));
        CREATE INDEX outbox_by_recipient ON outbox (recipient, id);
        """;

    /// <summary>Loads, lets <paramref name="transition"/> decide, saves and queues for sending, in one transaction.</summary>
    public async Task<Delivery> HandleAsync(
        Frame frame, Func<StateTransaction, Transition> transition, CancellationToken cancellationToken)
    {
        Delivery delivery = await database.WriteAsync(
            state =>
            {
                Transition made = transition(state);
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

    private static string? TraceParent(ActivityContext trace) =>
        trace == default ? null : $"00-{trace.TraceId}-{trace.SpanId}-{(byte)trace.TraceFlags:x2}";
}
