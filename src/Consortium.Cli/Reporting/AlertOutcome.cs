namespace Consortium.Cli.Reporting;

/// <summary>What a number of alerts a day found over all test days.</summary>
/// <param name="Attempts">Laundering attempts on test days; null when no ground truth names them.</param>
/// <param name="AttemptsFound">Of these, with an alert at least.</param>
internal sealed record AlertOutcome(
    long Alerts, long Hits, long Laundering, double? Precision, double? Recall, long? Attempts, long? AttemptsFound);
