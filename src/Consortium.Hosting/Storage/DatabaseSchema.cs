namespace Consortium.Hosting.Storage;

/// <summary>
/// What a daemon's database holds. <paramref name="Migrations"/> are SQL scripts, of which number n leads from version n to n + 1: they
/// are only ever added to.
/// </summary>
/// <param name="ApplicationId">SQLite's application_id, by which one role's file is not taken for another's.</param>
public sealed record DatabaseSchema(int ApplicationId, IReadOnlyList<string> Migrations);
