namespace Consortium.Hosting.Storage;

/// <summary>
/// A transaction of a <see cref="StateDatabase"/>. Only for use inside the call that was given it. Its SQL is what SQLite and
/// PostgreSQL both understand; parameters are $1, $2 and so on: strings, byte arrays, <see cref="int"/>, <see cref="long"/> or
/// null.
/// </summary>
public abstract class StateTransaction
{
    /// <returns>Rows changed.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public abstract int Execute(string sql, params ReadOnlySpan<object?> parameters);

    /// <summary>The rows that <paramref name="sql"/> selects, each as <paramref name="read"/> reads it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public abstract IReadOnlyList<T> Query<T>(string sql, Func<StateRow, T> read, params ReadOnlySpan<object?> parameters);

    /// <summary>Makes all of it durable.</summary>
    protected internal abstract void Commit();

    /// <summary>Begins a part that can be undone by itself. Parts are not nested.</summary>
    protected internal abstract void SetSavepoint();

    protected internal abstract void RollBackToSavepoint();

    protected internal abstract void ReleaseSavepoint();

    /// <summary>Ends it; what was not committed is undone.</summary>
    protected internal abstract void End();
}
