using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Daemons;

/// <summary>Who a daemon is, and the durable things it works with.</summary>
public sealed class Party
{
    private readonly LedgerFile? _ledger;

    internal Party(
        ConsortiumConfiguration configuration, Member self, PrivateIdentity identity, OpenStorage storage, ILoggerFactory loggers,
        TimeProvider time,
        LedgerFile? ledger = null)
    {
        Configuration = configuration;
        Self = self;
        Identity = identity;
        Database = storage.Database;
        Blobs = storage.Blobs;
        Loggers = loggers;
        Time = time;
        _ledger = ledger;
        Gate = new MessageGate(configuration, self.Id);
        Outbox = new Outbox(Database);
        Journal = new FrameJournal(Database, Outbox);
    }

    public ConsortiumConfiguration Configuration { get; }

    public Member Self { get; }

    public PartyId Id => Self.Id;

    public PrivateIdentity Identity { get; }

    public MessageGate Gate { get; }

    public StateDatabase Database { get; }

    public BlobStore Blobs { get; }

    public Outbox Outbox { get; }

    public FrameJournal Journal { get; }

    public ILoggerFactory Loggers { get; }

    public TimeProvider Time { get; }

    /// <summary>A bank's or key holder's.</summary>
    /// <exception cref="InvalidOperationException">This party has none.</exception>
    public LedgerFile Ledger => _ledger ?? throw new InvalidOperationException($"A {Self.Role} has no participation ledger.");

    /// <summary>What the participation ledger allows at this moment.</summary>
    public LedgerRules LedgerRules => Ledger.Rules(Configuration, Time);

    /// <summary>Unix milliseconds.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public Signed<T> Sign<T>(T statement)
        where T : class, IStatement<T>
    {
        Signed<T> signed = Signed<T>.Create(Id, statement, Identity);
        Gate.Know(signed);
        return signed;
    }

    /// <summary>
    /// Lets in what a member said and has <paramref name="decide"/> rule on it in one transaction; whatever does not pass the
    /// gate ends as a dead letter. Signatures are checked before the transaction begins.
    /// </summary>
    public Task<Delivery> AdmitAsync<T>(
        Frame frame, T message, Func<StateTransaction, Authentic<T>, Transition> decide, CancellationToken cancellationToken)
        where T : Message =>
        Gate.TryAdmit(message, out Authentic<T> authentic, out Rejection? rejection)
            ? Journal.HandleAsync(frame, state => decide(state, authentic), cancellationToken)
            : Task.FromResult(Delivery.Rejected($"{rejection.Reason}: {rejection.Detail}"));

    /// <summary>
    /// The verdict on a frame whose sender was rejected. What merely came too late is done with: repeats and crossing messages
    /// are part of a round. Anything else is kept for people.
    /// </summary>
    public static Delivery Verdict(Rejected rejected) =>
        rejected.IsLate
            ? Delivery.Accepted
            : Delivery.Rejected($"{rejected.Reason}: {rejected.Detail}");

    public OutgoingFrame Outgoing(PartyId to, Message message) => OutgoingFrame.Of([to], message).Single();
}
