using System.Collections.Immutable;
using Consortium.Cli.Reporting;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Reasons;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>Judges three models on every bank's test days and writes down what was seen on the way.</summary>
internal sealed class ReportBuilder(
    DemoOptions options, DemoData data, Comparison comparison, ConsortiumConfiguration configuration, TrainedSession session,
    string transport)
{
    private const int FeaturesShown = 15;
    private const int MostExplained = 2_000;

    private readonly IReadOnlyList<DemoBank> _banks = comparison.Banks;

    public TrainingReport Build()
    {
        Model model = session.Models.Values.First();
        JudgedBank[] judged =
        [
            .. _banks.Select((bank, i) => new JudgedBank(bank, BudgetOf(bank), comparison.OwnOf(i), model, comparison.Pooled)),
        ];
        double? voteSeconds =
            session is { Vote: not null, Rounds: [.., var trained, var voted] } ? voted.Seconds - trained.Seconds : null;
        var verdict = ModelVerdict.Of(session.Models, comparison.Pooled);
        return new TrainingReport
        {
            Title = "What federation bought",
            CreatedAt = TimeProvider.System.GetUtcNow(),
            IdenticalToPooled = verdict.IsIdentical,
            ModelDigest = verdict.ModelDigest,
            PooledDigest = verdict.PooledDigest,
            Vote = session.Vote,
            VoteSeconds = voteSeconds,
            TrainSeconds = session.Seconds - (voteSeconds ?? 0),
            PooledTrainSeconds = comparison.PooledSeconds,
            Rounds = session.Rounds.Length,
            WireBytesPerBank = (long)_banks.Average(bank => SentBy(bank.Party) + ReceivedBy(bank.Party)),
            Banks = [.. judged.Select(OutcomeOf)],
            Own = Total(judged, bank => bank.Own),
            Consortium = Total(judged, bank => bank.Consortium),
            Pooled = Total(judged, bank => bank.Pooled),
            Parties = Parties(),
            Card = Card(),
            Details = new ReportDetails
            {
                Curves = [.. judged.Select(bank => bank.Curves())],
                Days = Days(judged),
                Features = FeatureShares(model, judged),
                Rounds = RoundRecords(),
            },
        };
    }

    /// <summary>The bank's share of the consortium's alert budget, by test payments; one at least.</summary>
    private int BudgetOf(DemoBank bank) =>
        Math.Max(
            1,
            (int)Math.Round(
                (double)DemoOptions.AlertsPerDay * bank.Test.Labels.Length / Math.Max(
                    1, _banks.Sum(other => other.Test.Labels.Length))));

    private BankOutcome OutcomeOf(JudgedBank bank) => new()
    {
        Bank = bank.Bank.Bank.Value,
        Party = bank.Bank.Party.Name,
        TrainingRows = bank.Bank.TrainingRows,
        TestRows = bank.Bank.Test.Labels.Length,
        TestLaundering = bank.Bank.Test.Labels.AsSpan().Count(Label.Laundering),
        AlertsPerDay = bank.AlertsPerDay,
        OwnAveragePrecision = bank.Own.AveragePrecision,
        ConsortiumAveragePrecision = bank.Consortium.AveragePrecision,
        PooledAveragePrecision = bank.Pooled.AveragePrecision,
        OwnRecall = Known(bank.Own.Counts.Recall),
        ConsortiumRecall = Known(bank.Consortium.Counts.Recall),
        PooledRecall = Known(bank.Pooled.Counts.Recall),
        BytesSent = SentBy(bank.Bank.Party),
        BytesReceived = ReceivedBy(bank.Bank.Party),
    };

    private AlertOutcome Total(IReadOnlyList<JudgedBank> judged, Func<JudgedBank, JudgedModel> model)
    {
        AlertCounts counts = default;
        var found = new HashSet<int>();
        var all = new HashSet<int>();
        foreach (JudgedBank bank in judged)
        {
            counts += model(bank).Counts;
            int[] attempts = bank.Bank.Test.Attempts;
            all.UnionWith(attempts);
            found.UnionWith(attempts.Length == 0 ? [] : model(bank).Alerted.Select(row => attempts[row]));
        }

        all.Remove(ScoredRows.NoAttempt);
        found.Remove(ScoredRows.NoAttempt);
        return new AlertOutcome(
            counts.Alerts, counts.Hits, counts.Laundering, Known(counts.Precision), Known(counts.Recall),
            data.HasAttempts ? all.Count : null, data.HasAttempts ? found.Count : null);
    }

    private ImmutableArray<AlertDay> Days(IReadOnlyList<JudgedBank> judged)
    {
        int first = (data.TestStart - data.First).Days, days = (data.End - data.TestStart).Days;
        int[] alerts = new int[days], hits = new int[days], own = new int[days], laundering = new int[days];
        foreach (JudgedBank bank in judged)
        {
            TestRows test = bank.Bank.Test;
            foreach (int row in bank.Consortium.Alerted)
            {
                alerts[test.Days[row] - first]++;
                hits[test.Days[row] - first] += (int)test.Labels[row];
            }

            foreach (int row in bank.Own.Alerted)
            {
                own[test.Days[row] - first] += (int)test.Labels[row];
            }

            for (int row = 0; row < test.Labels.Length; row++)
            {
                laundering[test.Days[row] - first] += (int)test.Labels[row];
            }
        }

        return
        [
            .. Enumerable.Range(0, days).Select(
                day => new AlertDay(
                    DateOnly.FromDateTime(data.TestStart.AddDays(day)), alerts[day], hits[day], own[day], laundering[day])),
        ];
    }

    /// <summary>Shapley values of alerted payments, each bank's own by itself, then their mean over all.</summary>
    private static ImmutableArray<FeatureShare> FeatureShares(Model model, IReadOnlyList<JudgedBank> judged)
    {
        double[] sums = new double[model.FeatureCount];
        Explainer explainer = Explainer.For(model);
        int each = Math.Max(1, MostExplained / judged.Count);
        foreach (JudgedBank bank in judged)
        {
            int[] rows = [.. bank.Consortium.Alerted.OrderByDescending(row => bank.Consortium.Scores[row]).Take(each)];
            double[] contributions = explainer.Explain(bank.Bank.Test.Features, rows);
            for (int i = 0; i < contributions.Length; i++)
            {
                sums[i % sums.Length] += Math.Abs(contributions[i]);
            }
        }

        double total = sums.Sum();
        return
        [
            .. Enumerable.Range(0, sums.Length).Where(
                feature => sums[feature] > 0).OrderByDescending(feature => sums[feature]).Take(FeaturesShown)
                .Select(feature => new FeatureShare(
                    FeatureExtractor.Schema.Features[feature].Name,
                    FeatureExtractor.Schema.Features[feature].Description.Replace(
                        FeatureDefinition.ValueMark, "…", StringComparison.Ordinal),
                    sums[feature] / total)),
        ];
    }

    private ImmutableArray<RoundRecord> RoundRecords()
    {
        var records = ImmutableArray.CreateBuilder<RoundRecord>();
        WatchedRound? before = null;
        foreach (WatchedRound round in session.Rounds)
        {
            if (session.Releases.TryGetValue(round.Round, out AggregateReleased? released))
            {
                Cohort cohort = released.Cohort.Statement;
                records.Add(new RoundRecord
                {
                    Round = round.Round,
                    Attempt = cohort.Attempt.Attempt.Value,
                    Seconds = round.Seconds - (before?.Seconds ?? 0),
                    Bytes = round.Bytes - (before?.Bytes ?? 0),
                    Values = cohort.Shape.Values,
                    Members = [.. cohort.Members.Select(member => member.Participant.Name)],
                    Approved = [.. released.Approvals.Select(approval => approval.Sender.Name)],
                    Released = [.. released.ShareSums.Select(sum => sum.Sender.Name)],
                    Cohort = released.Cohort.Digest.ToString(),
                    Sum = cohort.SumRoot.ToString(),
                    State = round.State.Value.ToString(),
                });
            }

            before = round;
        }

        return records.ToImmutable();
    }

    private ImmutableArray<PartyView> Parties()
    {
        return
        [
            View(
                "Bank", configuration.Participants, "its own payments; every released sum; the model",
                "any other bank's payments, labels or update"),
            View(
                "Aggregator", [configuration.Aggregator], "who took part, when, sizes, ciphertext",
                "any update, sum or model: it holds no key"),
            View(
                "Key holder",
                configuration.KeyHolders,
                "who took part; a share of each round's fresh keys, until the round is over",
                "any update, sum or model, unless "
                + $"{configuration.Threshold} of {configuration.KeyHolders.Length} and the aggregator collude"),
            View(
                "Operator", [configuration.Operator], "that rounds end, digests of models, rejections",
                "anything encrypted; it holds no key"),
        ];

        PartyView View(string role, ImmutableArray<Member> members, string saw, string couldNotSee) => new(
            role, members.Length, saw, couldNotSee, members.Sum(member => SentBy(member.Id)),
            members.Sum(member => ReceivedBy(member.Id)));
    }

    private ModelCard Card() => new()
    {
        Family = comparison.Plan.Settings.Family.Name,
        Settings = options.Family.ToString(),
        Source = data.Remarks.IsEmpty ? data.Source : $"{data.Source} ({string.Join(" ", data.Remarks)})",
        IsSimulated = options.Data is null,
        FirstTrainingDay = DateOnly.FromDateTime(data.First),
        FirstTestDay = DateOnly.FromDateTime(data.TestStart),
        LastDay = DateOnly.FromDateTime(data.End.AddDays(-1)),
        Features = FeatureExtractor.Schema.Count,
        SchemaVersion = FeatureExtractor.Schema.Version,
        KeyHolders = configuration.KeyHolders.Length,
        Threshold = configuration.Threshold,
        Strength = new CommitteeStrength(configuration.KeyHolders.Length, configuration.Threshold).ToString(),
        MinimumCohort = configuration.MinimumCohort,
        Guarantee = session.Plan.GuaranteeUnder(configuration.Budget)?.Sentence,
        Transport = transport,
        Session = session.Id.ToString(),
        Configuration = configuration.Digest.ToString(),
        Plan = Convert.ToHexStringLower(comparison.Plan.Digest.Span),
        BlindSpots = BlindSpots(),
    };

    private ImmutableArray<string> BlindSpots()
    {
        var spots = ImmutableArray.CreateBuilder<string>();
        if (options.Data is null)
        {
            spots.Add(
                "The payments are made up. These figures compare methods with one another on this data and promise nothing "
                    + "for real payments.");
        }

        spots.Add(
            "A bank's features come of its own view of the payment graph: what a path looks like beyond the bank's direct "
                + "counterparties is not learned.");
        spots.Add(
            "Labels are taken as the banks gave them. Laundering that a bank missed counts as legitimate, in training and "
                + "in these figures.");
        spots.Add(
            "Test days follow the training days directly. Drift over longer spans, and launderers who adapt, are not measured.");
        spots.AddRange(
            _banks.Where(bank => !bank.Test.Labels.Contains(Label.Laundering)).Select(
                bank =>
                    $"Bank {bank.Bank} has no labelled laundering on its test days, so nothing is known of how well it fares."));
        return spots.ToImmutable();
    }

    private long SentBy(PartyId party) => session.Traffic.Where(flow => flow.From == party).Sum(flow => flow.Bytes);

    private long ReceivedBy(PartyId party) => session.Traffic.Where(flow => flow.To == party).Sum(flow => flow.Bytes);

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
