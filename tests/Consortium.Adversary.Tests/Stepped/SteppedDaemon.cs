using Consortium.Aggregator;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Microsoft.Extensions.Logging;

namespace Consortium.Adversary.Tests.Stepped;

/// <summary>
/// A daemon's role on a data folder of its own, put together as <see cref="Daemon"/> does it, but doing one thing at a time when told. It can
/// be killed at any fault point: from there on every access to storage and bus throws, and the next step starts it again.
/// </summary>
internal sealed class SteppedDaemon : IDisposable
{
    private readonly ConsortiumFolder _consortium;
    private readonly SteppedNetwork _network;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly DatabaseSchema _schema;
    private readonly Func<Party, IRole> _create;
    private readonly Queue<int> _kills = [];
    private Life _life;

    public SteppedDaemon(
        ConsortiumFolder consortium, PartyId id, SteppedNetwork network, TimeProvider time, ILoggerFactory loggers, DatabaseSchema schema, Func<Party, IRole> create)
    {
        (_consortium, Id, _network, _time, _loggers, _schema, _create) = (consortium, id, network, time, loggers, schema, create);
        _life = Begin(FaultPoints.None);
    }

    public PartyId Id { get; }

    public string DataPath => Path.Combine(_consortium.FolderOf(Id), "state");

    public StateDatabase Database => _life.Database;

    /// <summary>Fault points passed since the last start.</summary>
    public int Passed => _life.Passed;

    /// <summary>Where it was killed last.</summary>
    public string? KilledAt { get; private set; }

    /// <summary>How often it was killed.</summary>
    public int Deaths { get; private set; }

    /// <summary>What happens at fault points besides, until the next start: throwing there is a failure, not a death.</summary>
    public FaultPoint Faults
    {
        get => _life.Faults;
        set => _life.Faults = value;
    }

    /// <summary>Kills the process at the so many-th fault point from now, counted from 1; and the ones started after it at the next numbers.</summary>
    public void KillAt(params int[] numbers)
    {
        Array.ForEach(numbers, _kills.Enqueue);
        Arm(_life);
    }

    /// <summary>Sends what waits, takes one frame, does one piece of work.</summary>
    /// <returns>Whether there was anything to do.</returns>
    public Task<bool> StepAsync() => SurviveAsync(async () => await SendAsync() | await ReceiveAsync() | await WorkAsync());

    /// <summary>Has time-outs looked at, where the role has any.</summary>
    public Task RemindAsync() => SurviveAsync(async () =>
    {
        await (_life.Role is AggregatorRole aggregator ? aggregator.RemindAsync(CancellationToken.None) : Task.CompletedTask);
        return true;
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
                KilledAt = point;
                Deaths++;
                life.IsDead = true;
                throw new KilledException(point);
            }
        };
    }

    private async Task<bool> SendAsync()
    {
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

    private Task<bool> WorkAsync() => _life.Role switch
    {
        AggregatorRole aggregator => aggregator.WorkAsync(CancellationToken.None),
        Participant.ParticipantRole bank => bank.WorkAsync(CancellationToken.None),
        _ => Task.FromResult(false),
    };

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

    private Life Begin(FaultPoint faults)
    {
        DataFolder folder = DataFolder.Open(DataPath);
        try
        {
            return new Life(this, folder, faults);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>One run of the process.</summary>
    private sealed class Life : IDisposable
    {
        private readonly DataFolder _folder;
        private readonly PartyBus _bus;
        private int _passed;

        public Life(SteppedDaemon daemon, DataFolder folder, FaultPoint faults)
        {
            (_folder, Faults) = (folder, faults);
            Database = StateDatabase.Open(folder.DatabaseFile, daemon._schema, Pass);
            BlobStore blobs = BlobStore.Open(folder.BlobFolder, 1L << 30, Pass);
            Party = new Party(
                daemon._consortium.Configuration, daemon._consortium.Configuration.Find(daemon.Id)!, daemon._consortium.IdentityOf(daemon.Id),
                Database, blobs, daemon._loggers, daemon._time);
            Role = daemon._create(Party);
            var surroundings = new BusSurroundings(daemon._loggers, daemon._time, Pass);
            _bus = daemon._network.Join(daemon.Id, HandleAsync, surroundings);
            Dispatcher = new OutboxDispatcher(Party.Outbox, blobs, _bus, surroundings);
        }

        public bool IsDead { get; set; }

        public int Passed => _passed;

        public FaultPoint Faults { get; set; }

        public StateDatabase Database { get; }

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
            Faults(point);
        }

        public void Dispose()
        {
            (Role as IDisposable)?.Dispose();
            Database.Dispose();
            _folder.Dispose();
        }

        private async Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
        {
            Delivery delivery = await Role.HandleAsync(frame, cancellationToken);
            Pass("bus:acknowledging");
            return delivery;
        }
    }
}
