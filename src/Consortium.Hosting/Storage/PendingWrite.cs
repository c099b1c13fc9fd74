namespace Consortium.Hosting.Storage;

/// <summary>Work that waits for a commit.</summary>
internal abstract class PendingWrite
{
    private int _taken;

    public bool IsTaken => Volatile.Read(ref _taken) == 1;

    /// <summary>True for the one who is to run it, or who has given it up before it was run.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    public abstract void Run(StateTransaction state);

    /// <summary>What it did is durable; unless it has failed before.</summary>
    public abstract void Succeed();

    /// <summary>Nothing of it happened; unless it has failed before.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>Work with a result, which is given once it is durable.</summary>
internal sealed class PendingWrite<T>(Func<StateTransaction, T> work) : PendingWrite
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _made = default!;

    public Task<T> Result => _result.Task;

    public override void Run(StateTransaction state) => _made = work(state);

    public override void Succeed() => _result.TrySetResult(_made);

    public override void Fail(Exception exception) => _result.TrySetException(exception);
}
