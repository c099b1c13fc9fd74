using Consortium.Learning.Evaluation;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// The payments that one bank learns from, as features, split by day: 60 % of the days to train, 20 % to tune, 20 % to test.
/// </summary>
internal sealed class BankSample
{
    private BankSample(BankId bank, SampleRows training, SampleRows validation, SampleRows test)
    {
        Bank = bank;
        Training = training;
        Validation = validation;
        Test = test;
        Rows = new TrainingRows(training.Features, training.Labels, validation.Features, validation.Labels)
        {
            TrainingAccounts = [.. training.Senders],
        };
    }

    public BankId Bank { get; }

    public SampleRows Training { get; }

    public SampleRows Validation { get; }

    public SampleRows Test { get; }

    public TrainingRows Rows { get; }

    /// <summary>The banks of amlsim12 in the data folder; of a simulation where it has none.</summary>
    public static BankSample[] Load(string? folder) =>
        Of(DataFigures.Find(folder) is { } path ? PaymentReader.ReadAll(path) : Simulator.Run(new SimulationPlan()).Set);

    public static BankSample[] Of(PaymentSet set)
    {
        DateTime first = set[0].Timestamp.Date;
        int days = (set[set.Count - 1].Timestamp.Date - first).Days + 1;
        return [.. BankView.Split(set).Select(view => Extract(view, first, days)).OrderBy(sample => sample.Bank)];
    }

    /// <summary>All banks' rows in one place, as no bank ever sees them.</summary>
    public static BankSample Pool(IReadOnlyList<BankSample> banks) => new(
        new BankId("pool"),
        SampleRows.Join([.. banks.Select(bank => bank.Training)]),
        SampleRows.Join([.. banks.Select(bank => bank.Validation)]),
        SampleRows.Join([.. banks.Select(bank => bank.Test)]));

    /// <summary>Average precision over the test days.</summary>
    public double PrecisionOf(Model model) => AveragePrecision.Of(model.LogOdds(Test.Features), Test.Labels);

    private static BankSample Extract(BankView view, DateTime first, int days)
    {
        var extractor = new FeatureExtractor(view.Bank, view.Accounts);
        int[] sizes = new int[3];
        foreach (ref readonly Payment payment in view.Payments)
        {
            sizes[Part(payment)] += view.Owns(payment) ? 1 : 0;
        }

        SampleRows[] parts = [.. sizes.Select(size => new SampleRows(size))];
        var row = new float[FeatureExtractor.Schema.Count];
        foreach (ref readonly Payment payment in view.Payments)
        {
            if (extractor.Add(payment, row))
            {
                parts[Part(payment)].Add(row, payment.Label, Day(payment), payment.From.Index);
            }
        }

        return new BankSample(view.Bank, parts[0], parts[1], parts[2]);

        int Day(in Payment payment) => (payment.Timestamp.Date - first).Days;

        int Part(in Payment payment) => 5L * Day(payment) < 3L * days ? 0 : 5L * Day(payment) < 4L * days ? 1 : 2;
    }
}
