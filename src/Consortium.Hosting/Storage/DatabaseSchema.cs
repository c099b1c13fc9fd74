namespace Consortium.Hosting.Storage;

/// <summary>
/// What a daemon's database holds. <paramref name="Migrations"/> are SQL scripts, of which number n leads from version n to n +
/// 1: they are only ever added to. Their types are BLOB, TEXT, INTEGER (32 bits) and BIGINT.
/// </summary>
/// <param name="ApplicationId">By which one role's database is not taken for another's.</param>
public sealed record DatabaseSchema(int ApplicationId, IReadOnlyList<string> Migrations)
{
    /// <summary>
    /// Whether what is deleted is overwritten where it lay, as far as the store can: for databases that hold key shares.
    /// </summary>
    public bool OverwritesDeleted { get; init; }
}
