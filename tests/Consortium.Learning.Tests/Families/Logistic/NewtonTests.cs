#pragma warning disable RS0030 // A seeded generator for tests.
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Tests.Models;

namespace Consortium.Learning.Tests.Families.Logistic;

public sealed class NewtonTests
{
    /// <summary>
    /// From the base rate a Newton step along such a feature goes hundreds of times too far, and then to and fro for ever.
    /// </summary>
    [Fact]
    public void Train_FeatureThatAlmostGivesRareLaunderingAway_Converges()
    {
        var random = new Random(4);
        var training = new FeatureMatrix(RandomRows.SchemaOf(3));
        List<Label> labels = [];
        for (int row = 0; row < 20_000; row++)
        {
            bool flagged = random.Next(300) == 0;
            training.AddRow([flagged ? 1 : 0, flagged && random.Next(3) > 0 ? 5 : 0, random.NextSingle()]);
            labels.Add((flagged ? random.Next(10) > 0 : random.Next(3000) == 0) ? Label.Laundering : Label.Legitimate);
        }

        var plan = new TrainingPlan(training.Schema, new LogisticSettings(), 100_000, seed: 1);
        var bank = new LocalTraining(plan, new TrainingRows(training, [.. labels], new FeatureMatrix(training.Schema), []));
        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is not null)
        {
            state = state.Advance(bank.Contribute(state), cohort: 1);
        }

        Assert.InRange(state.Round, 2, ((LogisticSettings)plan.Settings).Steps);
        double[] probabilities = state.Model!.Probabilities(training);
        Assert.Equal(labels.Count(label => label == Label.Laundering), probabilities.Sum(), tolerance: 0.5);
    }

    /// <summary>Rare laundering, so that most residuals are tiny: rounding them must not move the optimum.</summary>
    [Fact]
    public void Train_RareLaundering_ReachesTheOptimumOfTheUnquantisedLoss()
    {
        const int Features = 4;
        var random = new Random(9);
        var training = new FeatureMatrix(RandomRows.SchemaOf(Features));
        List<Label> labels = [];
        for (int row = 0; row < 20_000; row++)
        {
            float[] values =
            [
                random.Next(5), random.NextSingle(), random.Next(10) == 0 ? float.NaN : random.Next(3),
                random.NextSingle() * 1000,
            ];
            training.AddRow(values);
            double logOdds = -7 + values[0] - (2 * values[1]);
            labels.Add(random.NextDouble() < 1 / (1 + Math.Exp(-logOdds)) ? Label.Laundering : Label.Legitimate);
        }

        var settings = new LogisticSettings { L2 = 2, PositiveWeight = 3, Tolerance = 1e-5 };
        var rows = new TrainingRows(training, [.. labels], new FeatureMatrix(RandomRows.SchemaOf(Features)), []);
        var model = (LogisticModel)PooledTraining.Train(new TrainingPlan(training.Schema, settings, 100_000, seed: 1), rows);

        // The gradient of the exact penalised loss, in units of its curvature, is next to nothing.
        var gradient = new double[Features + 1];
        var curvature = new double[Features + 1];
        double[] probabilities = model.Probabilities(training);
        for (int row = 0; row < labels.Count; row++)
        {
            double weight = labels[row] == Label.Laundering ? settings.PositiveWeight : 1;
            double residual = weight * (probabilities[row] - (int)labels[row]);
            for (int feature = 0; feature <= Features; feature++)
            {
                double z = feature == Features ? 1 : model.Standardize(feature, training[row, feature]);
                gradient[feature] += residual * z;
                curvature[feature] += weight * probabilities[row] * (1 - probabilities[row]) * z * z;
            }
        }

        for (int feature = 0; feature <= Features; feature++)
        {
            double ridge = feature == Features ? 0 : settings.L2;
            double slope = gradient[feature] + (feature == Features ? 0 : ridge * model.Weights[feature]);
            Assert.InRange(slope / (curvature[feature] + ridge), -0.005, 0.005);
        }
    }
}
