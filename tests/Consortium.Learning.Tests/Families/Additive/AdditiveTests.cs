using Consortium.Learning.Families.Additive;
using Consortium.Learning.Models;
using Consortium.Learning.Tests.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Tests.Families.Additive;

public sealed class AdditiveTests
{
    [Fact]
    public void LogOdds_OneRowOrMany_AreTheSumOfTheTables()
    {
        AdditiveModel model = TrainedModels.Additive;
        double[] together = model.LogOdds(TrainedModels.Rows);
        var row = new float[model.FeatureCount];
        for (int i = 0; i < 50; i++)
        {
            TrainedModels.Rows.CopyRow(i, row);
            Assert.Equal(together[i], model.LogOdds(row));
        }

        Assert.NotEmpty(model.Tables);
        Assert.All(model.Tables, table => Assert.Equal(table.Edges.BinCount + 1, table.Values.Length));
    }

    [Fact]
    public void Explain_AnyRow_DividesItsLogOdds()
    {
        AdditiveModel model = TrainedModels.Additive;
        Explainer explainer = Explainer.For(model);
        double[] parts = explainer.Explain(TrainedModels.Rows, [0, 7]);
        double[] logOdds = model.LogOdds(TrainedModels.Rows);

        Assert.Equal(logOdds[0], explainer.ExpectedLogOdds + parts[..model.FeatureCount].Sum(), 1e-9);
        Assert.Equal(logOdds[7], explainer.ExpectedLogOdds + parts[model.FeatureCount..].Sum(), 1e-9);
    }

    /// <summary>Asking again for the sums of scores that did not change would show what one bank adds.</summary>
    [Fact]
    public void Next_RoundWithoutAStump_EndsTraining()
    {
        var rows = new RandomRows(seed: 5, rows: 200, features: 4);
        var settings = new AdditiveSettings { Rounds = 30, MinimumChildWeight = 1e6 };
        var plan = new TrainingPlan(rows.Schema, settings, 1000, seed: 1);
        var bank = new LocalTraining(plan, rows.Pooled);

        TrainingState state = TrainingState.Begin(plan);
        state = state.Advance(bank.Contribute(state), cohort: 1);

        Assert.Null(state.Request);
        Assert.Empty(((AdditiveModel)state.Model!).Tables);
        Assert.Null(state.Model.Family.Cells(state.Model));
    }

    [Fact]
    public void Read_TablesOutOfOrderOrOfTheWrongLength_AreRejected()
    {
        byte[] bytes = TrainedModels.Additive.ToBytes();
        for (int length = 0; length < bytes.Length; length += 1 + (bytes.Length / 40))
        {
            Assert.Throws<MalformedDataException>(() => Model.FromBytes(bytes.AsSpan(0, length)));
        }

        // After tag, feature count, digest, base and count: the first table's feature.
        bytes[1 + 4 + 32 + 8 + 4 + 1] = 0xFF;
        Assert.Throws<MalformedDataException>(() => Model.FromBytes(bytes));
    }
}
