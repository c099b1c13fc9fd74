using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Workloads.Tests;

/// <summary>
/// A whole model family, as a program beside this library would add it: a stump on one feature. One round counts, on each side of
/// a cut,
/// rows and laundering rows; the score of a side is the log-odds of what was counted there. No other file knows of it.
/// </summary>
internal sealed class ToyFamily : ModelFamily
{
    public static ToyFamily Instance { get; } = new();

    public override byte Tag => 200;

    public override string Name => "toy";

    public override ImmutableArray<Hyperparameter> Hyperparameters { get; } =
    [
        Hyperparameter.Whole<Settings>(
            "column", 0, 1000, "the feature to cut", settings => settings.Column,
            (settings, value) => settings with { Column = value }),
        Hyperparameter.Number<Settings>(
            "cut", -1e6, 1e6, "where to cut it", settings => settings.Cut, (settings, value) => settings with { Cut = value }),
    ];

    public override FamilySettings Defaults { get; } = new Settings();

    public override ImmutableArray<ModelFormat> Formats { get; } =
        [new("text", "plain text", static (model, _) => System.Text.Encoding.ASCII.GetBytes(model.Size))];

    public override TrainingState Begin(TrainingPlan plan) => new State(plan, round: 0, null);

    public override TrainingState? ReadState(ref CanonicalReader reader, byte kind, TrainingPlan plan, int round) =>
        kind == 1 ? new State(plan, round, reader.Bool() ? reader.Doubles() : null) : null;

    public override LocalStep CreateLocalStep(TrainingRows rows) => new Step(rows);

    public override Model ReadModel(ref CanonicalReader reader)
    {
        ReadOnlySpan<byte> schemaDigest = reader.Span(32);
        int features = reader.Int32(1, FeatureSchema.MaximumCount, "a number of features");
        int column = reader.Int32(0, features - 1, "a feature");
        return new Stump(features, schemaDigest, column, reader.Finite(), reader.Finite(), reader.Finite());
    }

    public override Explainer Explain(Model model) => new StumpExplainer((Stump)model);

    internal sealed record Settings : FamilySettings
    {
        public int Column { get; init; }

        public double Cut { get; init; } = 0.5;

        public override ModelFamily Family => Instance;

        public override int MostRounds => 1;

        public override IReadOnlyList<SettingsQuantity> Quantities() => [new(QuantityKind.Leaves, 2)];

        public override int LargestRequest(int featureCount) => 4;

        protected override string? Misfit(int featureCount) =>
            Column < featureCount ? null : $"Column is {Column}; it must be below {featureCount}.";
    }

    private sealed class State(TrainingPlan plan, int round, double[]? scores) : TrainingState(plan, round)
    {
        public override RoundRequest? Request => scores is null ? new RoundRequest(4, Plan.MaximumRows + 1L) : null;

        public override Model? Model => scores is null
            ? null
            : new Stump(Plan.FeatureCount, Plan.SchemaDigest.Span, Of.Column, Of.Cut, scores[0], scores[1]);

        private Settings Of => (Settings)Plan.Settings;

        protected override byte Kind => 1;

        protected override void Write(CanonicalWriter writer)
        {
            writer.Bool(scores is not null);
            if (scores is not null)
            {
                writer.Doubles(scores);
            }
        }

        protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort) =>
            new State(Plan, Round + 1, [LogOdds(sum[0], sum[1]), LogOdds(sum[2], sum[3])]);

        private static double LogOdds(long rows, long laundering) => Math.Log((laundering + 1.0) / (rows - laundering + 1.0));
    }

    private sealed class Step(TrainingRows rows) : LocalStep
    {
        public override void Contribute(TrainingState state, Span<long> contribution, CancellationToken cancellationToken)
        {
            var settings = (Settings)state.Plan.Settings;
            ReadOnlySpan<float> values = rows.Training.Column(settings.Column);
            for (int row = 0; row < values.Length; row++)
            {
                int side = values[row] > settings.Cut ? 2 : 0;
                contribution[side]++;
                contribution[side + 1] += rows.TrainingLabels[row];
            }
        }
    }

    private sealed class Stump(int features, ReadOnlySpan<byte> schemaDigest, int column, double cut, double below, double above)
        : Model(features, schemaDigest)
    {
        public int Column => column;

        public override ModelFamily Family => Instance;

        public override string Size => "1 cut";

        public override double[] FeatureWeights() =>
            [.. Enumerable.Range(0, FeatureCount).Select(feature => feature == column ? Math.Abs(above - below) : 0)];

        protected override void Write(CanonicalWriter writer)
        {
            writer.Raw(SchemaDigest.Span);
            writer.Int32(FeatureCount);
            writer.Int32(column);
            writer.Double(cut);
            writer.Double(below);
            writer.Double(above);
        }

        protected override double RowLogOdds(ReadOnlySpan<float> row) => row[column] > cut ? above : below;

        protected override void AddLogOdds(FeatureMatrix matrix, Span<double> logOdds)
        {
            for (int row = 0; row < logOdds.Length; row++)
            {
                logOdds[row] = matrix.Column(column)[row] > cut ? above : below;
            }
        }
    }

    private sealed class StumpExplainer(Stump model) : Explainer(model, expectedLogOdds: 0)
    {
        protected override void AddContributions(FeatureMatrix matrix, ReadOnlySpan<int> rows, Span<double> contributions)
        {
            double[] scores = model.LogOdds(matrix);
            for (int i = 0; i < rows.Length; i++)
            {
                contributions[(i * model.FeatureCount) + model.Column] = scores[rows[i]];
            }
        }
    }
}
