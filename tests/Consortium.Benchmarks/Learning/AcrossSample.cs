using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// One bank's payments in both views: the first 80 % of the days to train, with one in six of the legitimate payments, the rest
/// to test. Payments whose 24 hours end after their part's last day are in neither view's rows, so that both views are judged on
/// the same payments.
/// </summary>
internal sealed class AcrossSample
{
    private const int LegitimateStride = 6;

    private readonly List<Label> _trainingLabels = [];
    private readonly List<int> _trainingDays = [];

    private AcrossSample()
    {
    }

    public FeatureMatrix TestLate { get; private set; } = null!;

    public FeatureMatrix TestNow { get; private set; } = null!;

    public List<Label> TestLabels { get; } = [];

    public List<int> TestDays { get; } = [];

    public FeatureMatrix TrainingLate { get; private set; } = null!;

    private FeatureMatrix TrainingNow { get; set; } = null!;

    public static AcrossSample Of(BankView view, DateTime first, int days)
    {
        var sample = new AcrossSample();
        Parts now = new(FeatureExtractor.Schema), late = new(FeatureExtractor.LateColumns);
        var payments = view.Memory;
        var extractor = new FeatureExtractor(
            view.Bank, view.Accounts,
            (number, columns) =>
            {
                if (PartOf(payments.Span[number], number, Day(payments.Span[number]), days) is bool isTest)
                {
                    late.Of(isTest).AddRow(columns);
                }
            });
        var row = new float[FeatureExtractor.Schema.Count];
        for (int number = 0; number < payments.Length; number++)
        {
            Payment payment = payments.Span[number];
            if (!extractor.Add(payment, row, number) || PartOf(payment, number, Day(payment), days) is not bool isTest)
            {
                continue;
            }

            now.Of(isTest).AddRow(row);
            (isTest ? sample.TestLabels : sample._trainingLabels).Add(payment.Label);
            (isTest ? sample.TestDays : sample._trainingDays).Add(Day(payment));
        }

        (sample.TrainingNow, sample.TestNow) = (now.Training, now.Test);
        sample.TrainingLate = FeatureMatrix.Beside(now.Training, late.Training, Late);
        sample.TestLate = FeatureMatrix.Beside(now.Test, late.Test, Late);
        return sample;

        int Day(in Payment payment) => (payment.Timestamp.Date - first).Days;
    }

    /// <summary>The first test day.</summary>
    public static int CutOf(int days) => days * 4 / 5;

    /// <summary>Whether a payment is a test payment; null where it is in neither part.</summary>
    public static bool? PartOf(in Payment payment, int number, int day, int days)
    {
        if (day >= CutOf(days) - 1)
        {
            return day >= CutOf(days) && day < days - 2 ? true : null;
        }

        return payment.Label == Label.Laundering || number % LegitimateStride == 0 ? false : null;
    }

    public TrainingRows Rows(FeatureView view) => Rows(view == FeatureView.Late ? TrainingLate : TrainingNow);

    /// <summary>The training rows with other columns.</summary>
    public TrainingRows Rows(FeatureMatrix columns) =>
        new(columns, [.. _trainingLabels], new FeatureMatrix(columns.Schema, 0), []);

    /// <summary>Today's view of the training rows of days that are not left out.</summary>
    public TrainingRows RowsBut(Func<int, bool> isLeftOut)
    {
        int[] rows = [.. Enumerable.Range(0, _trainingDays.Count).Where(row => !isLeftOut(_trainingDays[row]))];
        return new TrainingRows(
            TrainingNow.Select(rows), [.. rows.Select(row => _trainingLabels[row])],
            new FeatureMatrix(FeatureView.Now.Schema, 0), []);
    }

    /// <summary>Scores of legitimate training payments, each by the model of its day.</summary>
    public IEnumerable<double> LegitimateScores(Func<int, Model> modelOf)
    {
        var row = new float[FeatureView.Now.Schema.Count];
        for (int i = 0; i < _trainingLabels.Count; i++)
        {
            if (_trainingLabels[i] == Label.Legitimate)
            {
                TrainingNow.CopyRow(i, row);
                yield return modelOf(_trainingDays[i]).LogOdds(row);
            }
        }
    }

    public FeatureMatrix Test(FeatureView view) => view == FeatureView.Late ? TestLate : TestNow;

    private static FeatureSchema Late => FeatureView.Late.Schema;

    private sealed record Parts(FeatureMatrix Training, FeatureMatrix Test)
    {
        public Parts(FeatureSchema schema)
            : this(new FeatureMatrix(schema), new FeatureMatrix(schema))
        {
        }

        public FeatureMatrix Of(bool isTest) => isTest ? Test : Training;
    }
}
