namespace Consortium.Cli.Reporting;

/// <summary>
/// How much a feature moved the scores of alerted payments: its mean absolute contribution as a share of all features' together.
/// </summary>
internal sealed record FeatureShare(string Feature, string Description, double Share);
