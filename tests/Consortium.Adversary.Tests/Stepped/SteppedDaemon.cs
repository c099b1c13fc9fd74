using Consortium.Aggregator;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Participant;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Microsoft.Extensions.Logging;

namespace Consortium.Adversary.Tests.Stepped;

/// <summary>
/// A daemon's role on a data folder of its own, put together as <see cref="Daemon"/> does it, but doing one thing at a time when
/// told. It can be killed at any fault point: from there on every access to storage and bus throws, and the next step starts it
/// again.
/// </summary>
internal sealed class SteppedDaemon : IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly ConsortiumFolder _consortium;
    private readonly SteppedNetwork _network;
    private readonly ILoggerFactory _loggers;
    private readonly DatabaseSchema _schema;
    private readonly Func<Party, IRole> _create;
    private readonly Queue<int> _kills = [];
    private Life _life;
    private DateTimeOffset _pausedUntil;

    public SteppedDaemon(
        ConsortiumFolder consortium, PartyId id, SteppedNetwork network, TimeProvider time, ILoggerFactory loggers,
        DatabaseSchema schema, Func<Party, IRole> create)
    {
        (_consortium, Id, _network, Clock, _loggers, _schema, _create) =
            (consortium, id, network, new SkewedClock(time), loggers, schema, create);
        _life = Begin(FaultPoints.None);
    }

    public PartyId Id { get; }

    public SkewedClock Clock { get; }

    /// <summary>What storage answered instead of doing its work. As over the broker, whatever failed is tried again.</summary>
    public List<IOException> Failures { get; } = [];

    /// <summary>Whether a test has storage fail; otherwise a failure is the test's.</summary>
    public bool ExpectsFailures { get; set; }

    public string DataPath => Path.Combine(_consortium.FolderOf(Id), "state");

    public StateDatabase Database => _life.Database;

    public Party Party => _life.Party;

    public IRole Role => _life.Role;

    /// <summary>Fault points passed since the last start.</summary>
    public int Passed => _life.Passed;

    /// <summary>Where it was killed first.</summary>
    public string? KilledAt { get; private set; }

    /// <summary>How often it was killed.</summary>
    public int Deaths { get; private set; }

    /// <summary>What happens at fault points besides, until the next start: throwing there is a failure, not a death.</summary>
    public FaultPoint Faults
    {
        get => _life.Faults;
        set => _life.Faults = value;
    }

    /// <summary>
    /// Kills the process at the so many-th fault point from now, counted from 1; and the ones started after it at the next
    /// numbers.
    /// </summary>
    public void KillAt(params int[] numbers)
    {
        Array.ForEach(numbers, _kills.Enqueue);
        Arm(_life);
    }

    /// <summary>Sends what waits, takes one frame, does one piece of work.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public Task<bool> StepAsync() => SurviveAsync(async () =>
        Clock.GetUtcNow() >= _pausedUntil
            && (await TryAsync(SendAsync) | await TryAsync(ReceiveAsync) | await TryAsync(WorkAsync)));

    /// <summary>Hands a frame to the role, whoever it says it is from.</summary>
    public Task<Delivery> HandleAsync(PartyId from, ReadOnlyMemory<byte> body) =>
        _life.Role.HandleAsync(new Frame(body, from, default), CancellationToken.None);

    /// <summary>Has time-outs looked at, where the role has any.</summary>
    public Task RemindAsync() => SurviveAsync(async () =>
    {
        _life.IdleAt = _life.SentAt = -1;
        return _life.Role is AggregatorRole aggregator && await TryAsync(async () =>
        {
            await aggregator.RemindAsync(CancellationToken.None);
            return true;
        });
    });

    /// <summary>Ends the process, without any farewell, and starts it again; in between its files are nobody's.</summary>
    public async Task RestartAsync(Action? between = null)
    {
        _life.IsDead = true;
        _life.Dispose();
        between?.Invoke();
        _life = Begin(FaultPoints.None);
        Arm(_life);
        await SurviveAsync(async () =>
        {
            await _life.Role.RestartAsync(CancellationToken.None);
            return true;
        });
    }

    public void Dispose() => _life.Dispose();

    private void Arm(Life life)
    {
        if (!_kills.TryDequeue(out int left))
        {
            return;
        }

        life.Faults = point =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                KilledAt ??= point;
                Deaths++;
                life.IsDead = true;
                throw new KilledException(point);
            }
        };
    }

    private async Task<bool> SendAsync()
    {
        if (_life.SentAt == _life.Commits)
        {
            return false; // nothing was queued since it sent all
        }

        _life.SentAt = _life.Commits;
        bool sent = false;
        foreach (PartyId recipient in await _life.Party.Outbox.RecipientsAsync(CancellationToken.None))
        {
            while (await _life.Dispatcher.SendBatchAsync(recipient, CancellationToken.None))
            {
                sent = true;
            }
        }

        return sent;
    }

    private async Task<bool> ReceiveAsync()
    {
        if (!_network.HasMail(Id))
        {
            return false;
        }

        _life.Pass("bus:received");
        await _network.DeliverAsync(Id);
        _life.Pass("bus:handled");
        return true;
    }

    private async Task<bool> WorkAsync()
    {
        Life life = _life;
        if (life.IdleAt == life.Commits)
        {
            return false; // nothing has changed since it had nothing to do
        }

        int commits = life.Commits;
        life.Work ??= life.Role switch
        {
            AggregatorRole aggregator => aggregator.WorkAsync(CancellationToken.None),
            ParticipantRole bank => bank.TryWorkAsync(CancellationToken.None),
            _ => Task.FromResult(false),
        };
        if (ExpectsFailures)
        {
            await Task.WhenAny(life.Work, Task.Delay(PauseAfterFailure)); // it may be waiting for the test's time to pass
        }

        if (ExpectsFailures && !life.Work.IsCompleted)
        {
            return false;
        }

        Task<bool> done = life.Work;
        try
        {
            bool worked = await done;
            life.IdleAt = worked ? -1 : commits;
            return worked;
        }
        finally
        {
            life.Work = null;
        }
    }

    private async Task<bool> TryAsync(Func<Task<bool>> attempt)
    {
        Life life = _life;
        try
        {
            return await attempt();
        }
        catch (IOException failure) when (!life.IsDead && ExpectsFailures)
        {
            Failures.Add(failure);
            _pausedUntil = Clock.GetUtcNow() + TimeSpan.FromSeconds(1);
            return false;
        }
    }

    private async Task<bool> SurviveAsync(Func<Task<bool>> step)
    {
        Life life = _life;
        try
        {
            return await step();
        }
        catch (Exception) when (life.IsDead)
        {
            await RestartAsync();
            return true;
        }
    }

    private Life Begin(FaultPoint faults) => new(this, faults);

    /// <summary>One run of the process.</summary>
    private sealed class Life : IDisposable
    {
        private readonly OpenStorage _storage;
        private readonly PartyBus _bus;
        private readonly LedgerFile? _ledger;
        private int _passed;

        public Life(SteppedDaemon daemon, FaultPoint faults)
        {
            Faults = faults;
            _storage = new FolderStorage(daemon.DataPath) { MaximumBlobBytes = 1L << 30 }.Open(daemon._schema, Pass);
            Member self = daemon._consortium.Configuration.Find(daemon.Id)!;
            _ledger = self.Role is PartyRole.Participant or PartyRole.KeyHolder
                ? LedgerFile.Open(
                    daemon._consortium.LedgerOf(daemon.Id), LedgerFile.HeadFileIn(daemon.DataPath), daemon.Id,
                    daemon._consortium.Configuration, Pass)
                : null;
            Party = new Party(
                daemon._consortium.Configuration, self, daemon._consortium.IdentityOf(daemon.Id), _storage, daemon._loggers,
                daemon.Clock, _ledger);
            Role = daemon._create(Party);
            var surroundings = new BusSurroundings(daemon._loggers, daemon.Clock, Pass);
            _bus = daemon._network.Join(daemon.Id, HandleAsync, surroundings);
            Dispatcher = new OutboxDispatcher(Party.Outbox, Party.Blobs, _bus, surroundings);
        }

        public bool IsDead { get; set; }

        public int Passed => _passed;

        /// <summary>Payments that were committed.</summary>
        public int Commits { get; private set; }

        /// <summary>How many there were when nothing was left to send.</summary>
        public int SentAt { get; set; } = -1;

        /// <summary>How many there were when nothing was left to do.</summary>
        public int IdleAt { get; set; } = -1;

        /// <summary>The piece of work that has begun and not ended.</summary>
        public Task<bool>? Work { get; set; }

        public FaultPoint Faults { get; set; }

        public StateDatabase Database => _storage.Database;

        public Party Party { get; }

        public IRole Role { get; }

        public OutboxDispatcher Dispatcher { get; }

        public void Pass(string point)
        {
            if (IsDead)
            {
                throw new KilledException(point);
            }

            Interlocked.Increment(ref _passed);
            if (point == "database:committed")
            {
                Commits++;
            }

            Faults(point);
        }

        public void Dispose()
        {
            (Role as IDisposable)?.Dispose();
            _ledger?.Dispose();
            _storage.Dispose();
        }

        private async Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
        {
            Delivery delivery = await Role.HandleAsync(frame, cancellationToken);
            Pass("bus:acknowledging");
            return delivery;
        }
    }
}
