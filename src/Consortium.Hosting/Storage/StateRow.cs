namespace Consortium.Hosting.Storage;

/// <summary>A row that a query selected, only for use inside the call that was given it. Columns count from 0.</summary>
public abstract class StateRow
{
    public abstract bool IsNull(int column);

    public abstract int GetInt32(int column);

    public abstract long GetInt64(int column);

    public abstract string GetString(int column);

    /// <summary>The column's bytes, the caller's to keep.</summary>
    public abstract byte[] GetBytes(int column);
}
