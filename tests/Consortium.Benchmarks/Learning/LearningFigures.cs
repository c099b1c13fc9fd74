using System.Diagnostics;
using System.Globalization;
using Consortium.Benchmarks.LightGbm;
using Consortium.Cryptography.Encryption;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// What a consortium learns, and how fast, beside LightGBM on the same rows, features, bins, leaves and trees, one thread each.
/// Settings were chosen on training and validation days; test days are scored here and nowhere else.
/// </summary>
internal static class LearningFigures
{
    private const int AlertsPerDay = 50;
    private const int MaximumRows = 1 << 21;
    private const ulong Seed = 7;

    /// <summary>
    /// Chosen on amlsim12's validation days; see the tuning notes of <c>src/Consortium.Learning/Models/README.md</c>.
    /// </summary>
    private static readonly BoostingSettings Settings = new();

    public static void Measure(FigureReport report, FigureOptions options)
    {
        if (options.Only is null)
        {
            DataFigures.Measure(report, options);
            MeasureModels(report, options);
        }

        if (options.Only is null or "features")
        {
            FeatureFigures.Measure(report, options);
        }

        if (options.Only is null or "edges")
        {
            EdgeFigures.Measure(report, options, Settings, Seed);
        }
    }

    private static void MeasureModels(FigureReport report, FigureOptions options)
    {
        BankSample[] banks = BankSample.Load(options.DataFolder);
        BankSample pool = BankSample.Pool(banks);
        var plan = new TrainingPlan(pool.Training.Features.Schema, Settings, MaximumRows, Seed);

        Model model = TrainTimed(report, plan, pool.Rows, banks.Length);
        Model together = PooledTraining.Train(plan, [.. banks.Select(bank => bank.Rows)]);
        if (!together.Digest.Span.SequenceEqual(model.Digest.Span))
        {
            throw new InvalidOperationException("The banks' sums gave another model than their pool.");
        }

        double[] lightGbm = TrainLightGbm(report, pool);
        report.Add("train_ratio", report["train_s"] / report["lightgbm_train_s"], "<= 1.5");

        double[] scores = model.LogOdds(pool.Test.Features);
        report.Add("average_precision", AveragePrecision.Of(scores, pool.Test.Labels), ">= 0.86");
        report.Add("lightgbm_average_precision", AveragePrecision.Of(lightGbm, pool.Test.Labels), "ours >= 0.99 of it");
        (double threshold, _) = AlertThreshold.OfBestF1(model.LogOdds(pool.Validation.Features), pool.Validation.Labels);
        report.Add("f1", AlertThreshold.Count(scores, pool.Test.Labels, threshold).F1, "threshold of validation days");
        AlertCounts alerts = DailyAlerts.Count(scores, pool.Test.Labels, pool.Test.Days, AlertsPerDay);
        report.Add("precision_at_50", alerts.Precision);
        report.Add("recall_at_50", alerts.Recall, ">= 0.96");
        MeasureBanks(report, plan, banks, model);
        EvaluationFigures.Measure(report, (TreeEnsemble)model, pool.Test.Features);
    }

    /// <summary>Trains on one pool: binning and boosting timed apart, as LightGBM's are.</summary>
    private static Model TrainTimed(FigureReport report, TrainingPlan plan, TrainingRows rows, int banks)
    {
        long start = Stopwatch.GetTimestamp();
        long bytes = 0;
        TrainingState state = TrainingState.Begin(plan);
        var boosting = new LocalBoosting((BoostingState)state, rows);
        report.Add("bin_s", Stopwatch.GetElapsedTime(start).TotalSeconds);

        start = Stopwatch.GetTimestamp();
        while (state.Request is not null)
        {
            bytes = Math.Max(bytes, BytesOf(state, banks));
            long[] contribution = new long[state.Request.Value.Length];
            boosting.Contribute((BoostingState)state, contribution);
            state = state.Advance(contribution, cohort: 1);
        }

        report.Add("train_s", Stopwatch.GetElapsedTime(start).TotalSeconds);
        report.Add("rounds", state.Round);
        report.Add("bytes_per_round_max", bytes, "one bank's ciphertext, packed for all banks");
        return state.Model!;
    }

    private static long BytesOf(TrainingState state, int banks)
    {
        RoundRequest request = state.Request!.Value;
        SlotLayout layout = SlotLayout.For(banks, (ulong)request.Levels);
        return layout.ChunkCount(request.Length) * (long)WireChunk.Size;
    }

    private static double[] TrainLightGbm(FigureReport report, BankSample pool)
    {
        int columns = pool.Training.Features.ColumnCount;
        string common = string.Create(
            CultureInfo.InvariantCulture, $"max_bin={Settings.Bins + 1} num_threads=1 verbosity=-1 feature_pre_filter=false");
        string boosting = string.Create(
            CultureInfo.InvariantCulture,
            $"{common} objective=binary num_leaves={Settings.Leaves} learning_rate={Settings.LearningRate} "
            + $"lambda_l2={Settings.L2} "
            + $"min_data_in_leaf=0 min_sum_hessian_in_leaf={Settings.MinimumChildWeight} "
            + $"scale_pos_weight={Settings.PositiveWeight} "
            + $"feature_fraction={Settings.ColumnFraction} bagging_fraction={Settings.RowFraction} "
            + $"bagging_freq={(Settings.RowFraction < 1 ? 1 : 0)}");
        float[] labels = new float[pool.Training.Count];
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = (float)pool.Training.Labels[row];
        }

        float[] values = pool.Training.ColumnByColumn();
        long start = Stopwatch.GetTimestamp();
        using var dataset = new LightGbmDataset(values, labels.Length, columns, MatrixOrder.ColumnMajor, labels, [], common);
        report.Add("lightgbm_bin_s", Stopwatch.GetElapsedTime(start).TotalSeconds);
        start = Stopwatch.GetTimestamp();
        using LightGbmBooster booster = LightGbmBooster.Train(dataset, boosting, Settings.Trees);
        report.Add("lightgbm_train_s", Stopwatch.GetElapsedTime(start).TotalSeconds);
        return booster.PredictRaw(pool.Test.ColumnByColumn(), pool.Test.Count, columns, MatrixOrder.ColumnMajor);
    }

    /// <summary>Each bank's test days under its own model and under the consortium's: the same features and settings.</summary>
    private static void MeasureBanks(FigureReport report, TrainingPlan plan, BankSample[] banks, Model model)
    {
        int gain = 0;
        double largestLoss = 0;
        foreach (BankSample bank in banks)
        {
            double own = bank.PrecisionOf(PooledTraining.Train(plan, bank.Rows));
            double consortium = bank.PrecisionOf(model);
            report.Add($"own_models_average_precision_bank_{bank.Bank}", own);
            report.Add($"consortium_average_precision_bank_{bank.Bank}", consortium);
            gain += consortium > own ? 1 : 0;
            largestLoss = Math.Max(largestLoss, own - consortium);
        }

        report.Add("banks_that_gain", gain, ">= 10 of 12");
        report.Add("largest_loss", largestLoss, "<= 0.01");
    }
}
