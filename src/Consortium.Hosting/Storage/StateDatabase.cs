using System.Collections.Concurrent;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Telemetry;

namespace Consortium.Hosting.Storage;

/// <summary>
/// A daemon's state: tables in a relational store. One transaction writes at a time. What wants to write while another commit is
/// being made durable shares the next one: each in a savepoint of its own, all durable by one sync. A read sees one unchanging
/// state. Whatever waits does so without a thread. Thread-safe. An adapter derives from it and reports every failure of its
/// engine as a <see cref="StorageException"/>.
/// </summary>
public abstract class StateDatabase : IDisposable
{
    /// <summary>Pieces of work that share a commit at most.</summary>
    private const int SharedCommit = 64;

    private readonly FaultPoint _faults;
    private readonly ConcurrentQueue<PendingWrite> _pending = new();
    private readonly SemaphoreSlim _writeTurn;
    private readonly SemaphoreSlim _readTurn;

    /// <param name="turn">
    /// For an engine with one connection: lets one transaction at a time use it, whether it reads or writes. Null where reads run
    /// beside writes.
    /// </param>
    protected StateDatabase(FaultPoint faults, SemaphoreSlim? turn = null)
    {
        _faults = faults;
        _writeTurn = turn ?? new SemaphoreSlim(1);
        _readTurn = turn ?? new SemaphoreSlim(1);
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, which is durable when the task completes. If it throws, nothing of it
    /// happened.
    /// </summary>
    /// <exception cref="StorageException">The database failed; nothing of it happened.</exception>
    public async Task<T> WriteAsync<T>(Func<StateTransaction, T> work, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(work);
        _pending.Enqueue(write);
        await CarryOutAsync(write, cancellationToken);
        return await write.Result;
    }

    /// <summary>As the other, for work without a result.</summary>
    public Task WriteAsync(Action<StateTransaction> work, CancellationToken cancellationToken) => WriteAsync(
        transaction =>
        {
            work(transaction);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Runs <paramref name="work"/>, which only reads, on one unchanging state: all that was written before the call, and maybe
    /// more.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<T> ReadAsync<T>(Func<StateTransaction, T> work, CancellationToken cancellationToken)
    {
        await _readTurn.WaitAsync(cancellationToken);
        try
        {
            _faults("database:reading");
            StateTransaction transaction = BeginRead();
            try
            {
                return work(transaction);
            }
            finally
            {
                transaction.End();
            }
        }
        finally
        {
            _readTurn.Release();
        }
    }

    /// <summary>Lets go of the store. Called once, when nothing is under way any more.</summary>
    public abstract void Dispose();

    /// <summary>Begins a transaction that may write. None other is under way.</summary>
    protected abstract StateTransaction BeginWrite();

    /// <summary>Begins a transaction that reads one unchanging state. None other that reads is under way.</summary>
    protected abstract StateTransaction BeginRead();

    /// <summary>Waits for the turn to write, unless whoever had it carried this out too.</summary>
    private async Task CarryOutAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _writeTurn.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!write.TryTake())
        {
            return; // it was begun already, and its result tells what came of it
        }

        try
        {
            while (!write.IsTaken)
            {
                CommitPending();
            }
        }
        finally
        {
            _writeTurn.Release();
        }
    }

    private void CommitPending()
    {
        var batch = new List<PendingWrite>();
        while (batch.Count < SharedCommit && _pending.TryDequeue(out PendingWrite? write))
        {
            if (write.TryTake())
            {
                batch.Add(write);
            }
        }

        try
        {
            Commit(batch);
        }
        catch (Exception exception)
        {
            batch.ForEach(write => write.Fail(exception));
            return;
        }

        batch.ForEach(write => write.Succeed());
    }

    private void Commit(List<PendingWrite> batch)
    {
        _faults("database:beginning");
        StateTransaction transaction = BeginWrite();
        try
        {
            if (batch.Count == 1)
            {
                batch[0].Run(transaction);
            }
            else
            {
                batch.ForEach(write => RunApart(write, transaction));
            }

            _faults("database:committing");
            using (Instruments.Measure("commit"))
            {
                transaction.Commit();
            }
        }
        finally
        {
            transaction.End();
        }

        _faults("database:committed");
    }

    /// <summary>Work that throws is undone, and the others' is not.</summary>
    private static void RunApart(PendingWrite write, StateTransaction transaction)
    {
        transaction.SetSavepoint();
        try
        {
            write.Run(transaction);
        }
        catch (Exception exception)
        {
            transaction.RollBackToSavepoint();
            write.Fail(exception);
        }

        transaction.ReleaseSavepoint();
    }
}
