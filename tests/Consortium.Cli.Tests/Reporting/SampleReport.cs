using System.Collections.Immutable;
using Consortium.Cli.Reporting;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Tests.Reporting;

/// <summary>A report with something in every part.</summary>
internal static class SampleReport
{
    public static TrainingReport Create(params ImmutableArray<string> banks) => new()
    {
        Title = "What federation bought",
        CreatedAt = DateTimeOffset.UnixEpoch,
        IdenticalToPooled = true,
        ModelDigest = new string('a', 64),
        PooledDigest = new string('a', 64),
        Vote = new VoteTally(true, banks.Length, 0, 0, 0),
        VoteSeconds = 4,
        TrainSeconds = 20,
        PooledTrainSeconds = 8,
        Rounds = 40,
        WireBytesPerBank = 12_345_678,
        Banks = [.. banks.Select(Bank)],
        Own = new AlertOutcome(500, 100, 400, 0.2, 0.25, 30, 20),
        Consortium = new AlertOutcome(500, 200, 400, 0.4, 0.5, 30, 25),
        Pooled = new AlertOutcome(500, 200, 400, 0.4, 0.5, 30, 25),
        Parties =
        [
            new PartyView("Bank", banks.Length, "its own payments", "any other's", 1000, 2000),
            new PartyView("Aggregator", 1, "sizes", "anything", 3000, 4000),
        ],
        Card = new ModelCard
        {
            Family = "boosting",
            Settings = "BoostingSettings { Trees = 3 }",
            Source = $"payments of {banks[0]}.csv",
            IsSimulated = true,
            FirstTrainingDay = new DateOnly(2022, 9, 1),
            FirstTestDay = new DateOnly(2022, 11, 1),
            LastDay = new DateOnly(2022, 11, 20),
            Features = 289,
            SchemaVersion = 2,
            KeyHolders = 3,
            Threshold = 2,
            Strength = "3 key holders, threshold 2.",
            MinimumCohort = 3,
            Transport = "in memory",
            Session = new string('b', 64),
            Configuration = new string('c', 64),
            Plan = new string('d', 64),
            BlindSpots = [$"Bank {banks[0]} has no labelled laundering."],
        },
        Details = new ReportDetails
        {
            Curves = [.. banks.Select(bank => new BankCurves(bank, 0.01, Curve(0.5), Curve(0.7), Curve(0.7)))],
            Days =
            [
                .. Enumerable.Range(0, 20).Select(
                    day => new AlertDay(new DateOnly(2022, 11, 1).AddDays(day), 25, 5 + (day % 7), 4, 12)),
            ],
            Features = [new FeatureShare("hour", "made in hour …", 0.6), new FeatureShare("gap", $"paid {banks[0]} … ago", 0.3)],
            Rounds = [.. Enumerable.Range(1, 40).Select(round => Round(round, banks))],
        },
    };

    private static BankOutcome Bank(string name) => new()
    {
        Bank = name,
        Party = "bank-001",
        TrainingRows = 10_000,
        TestRows = 2_000,
        TestLaundering = 20,
        AlertsPerDay = 7,
        OwnAveragePrecision = 0.31,
        ConsortiumAveragePrecision = 0.42,
        PooledAveragePrecision = 0.42,
        OwnRecall = 0.4,
        ConsortiumRecall = 0.5,
        PooledRecall = 0.5,
        BytesSent = 6_000_000,
        BytesReceived = 6_345_678,
    };

    private static ImmutableArray<CurvePoint> Curve(double height) =>
        [.. Enumerable.Range(1, 20).Select(i => new CurvePoint(i / 20.0, height * (1 - (i / 21.0))))];

    private static RoundRecord Round(int round, ImmutableArray<string> banks) => new()
    {
        Round = round,
        Attempt = 1,
        Seconds = 0.05 + (0.01 * (round % 5)),
        Bytes = 300_000 + (10_000 * (round % 9)),
        Values = 7_000,
        Members = banks,
        Approved = ["key-holder-1", "key-holder-2"],
        Released = ["key-holder-1", "key-holder-2"],
        Cohort = new string('e', 64),
        Sum = new string('f', 64),
        State = new string('0', 64),
    };
}
