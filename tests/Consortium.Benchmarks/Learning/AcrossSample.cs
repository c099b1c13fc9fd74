using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// One bank's payments in both views: the first 80 % of the days to train, with one in six of the legitimate payments, the rest to
/// test. Payments whose 24 hours end after their part's last day are in neither view's rows, so that both views are judged on the
/// same payments.
/// </summary>
internal sealed class AcrossSample
{
    private const int LegitimateStride = 6;

    private readonly List<Label> _trainingLabels = [];

    private AcrossSample()
    {
    }

    public FeatureMatrix TestLate { get; private set; } = null!;

    public FeatureMatrix TestNow { get; private set; } = null!;

    public List<Label> TestLabels { get; } = [];

    public List<int> TestDays { get; } = [];

    private FeatureMatrix TrainingLate { get; set; } = null!;

    private FeatureMatrix TrainingNow { get; set; } = null!;

    public static AcrossSample Of(BankView view, DateTime first, int days)
    {
        int cut = days * 4 / 5;
        var sample = new AcrossSample();
        Parts now = new(FeatureExtractor.Schema), late = new(FeatureExtractor.LateColumns);
        var payments = view.Memory;
        var extractor = new FeatureExtractor(
            view.Bank, view.Accounts,
            (number, columns) =>
            {
                if (PartOf(payments.Span[number], number) is bool isTest)
                {
                    late.Of(isTest).AddRow(columns);
                }
            });
        var row = new float[FeatureExtractor.Schema.Count];
        for (int number = 0; number < payments.Length; number++)
        {
            Payment payment = payments.Span[number];
            if (!extractor.Add(payment, row, number) || PartOf(payment, number) is not bool isTest)
            {
                continue;
            }

            now.Of(isTest).AddRow(row);
            (isTest ? sample.TestLabels : sample._trainingLabels).Add(payment.Label);
            if (isTest)
            {
                sample.TestDays.Add(Day(payment));
            }
        }

        (sample.TrainingNow, sample.TestNow) = (now.Training, now.Test);
        sample.TrainingLate = FeatureMatrix.Beside(now.Training, late.Training, Late);
        sample.TestLate = FeatureMatrix.Beside(now.Test, late.Test, Late);
        return sample;

        int Day(in Payment payment) => (payment.Timestamp.Date - first).Days;

        bool? PartOf(in Payment payment, int number) =>
            Day(payment) is var day && day < cut - 1 ? payment.Label == Label.Laundering || number % LegitimateStride == 0 ? false : null
            : day >= cut && day < days - 2 ? true : null;
    }

    public TrainingRows Rows(FeatureView view)
    {
        FeatureMatrix rows = view == FeatureView.Late ? TrainingLate : TrainingNow;
        return new TrainingRows(rows, [.. _trainingLabels], new FeatureMatrix(view.Schema, 0), []);
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
