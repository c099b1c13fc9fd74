namespace Consortium.Cli.Reporting;

/// <summary>
/// One test day over all banks: alerts worked, and how many were laundering, by the consortium's model and by own models.
/// </summary>
internal sealed record AlertDay(DateOnly Day, int Alerts, int Hits, int OwnHits, int Laundering);
