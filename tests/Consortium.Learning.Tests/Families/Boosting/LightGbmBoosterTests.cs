using Consortium.Benchmarks.LightGbm;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Families.Boosting;

/// <summary>The yardstick itself must train, or every comparison with it is empty.</summary>
public sealed class LightGbmBoosterTests
{
    private const int Rows = 2000;
    private const int Columns = 4;
    private const string Parameters =
        "objective=binary num_leaves=7 min_data_in_leaf=5 num_threads=1 deterministic=true verbosity=-1";

    private readonly float[] _values = new float[Rows * Columns];
    private readonly float[] _transposed = new float[Rows * Columns];
    private readonly float[] _labels = new float[Rows];

    public LightGbmBoosterTests()
    {
        var random = new PCG(stream: 5, seed: 5);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                float value = random.Next(20) == 0 ? float.NaN : random.Next(1000) / 1000f;
                _values[row * Columns + column] = value;
                _transposed[column * Rows + row] = value;
            }

            _labels[row] = _values[row * Columns] > 0.9f && _values[row * Columns + 1] < 0.5f ? 1 : 0;
        }
    }

    [Fact]
    public void Train_SeparableRows_RanksThem()
    {
        using LightGbmBooster booster = Train(_values, MatrixOrder.RowMajor, []);

        double[] scores = booster.PredictRaw(_values, Rows, Columns, MatrixOrder.RowMajor);

        Assert.True(AveragePrecision.Of(scores, [.. _labels.Select(label => (Label)(sbyte)label)]) > 0.99);
    }

    [Fact]
    public void Train_ColumnMajor_IsSameModelAsRowMajor()
    {
        using LightGbmBooster byRow = Train(_values, MatrixOrder.RowMajor, []);
        using LightGbmBooster byColumn = Train(_transposed, MatrixOrder.ColumnMajor, []);

        Assert.Equal(byRow.ToModelText(), byColumn.ToModelText());
        Assert.Equal(
            byRow.Predict(_values, Rows, Columns, MatrixOrder.RowMajor),
            byRow.Predict(_transposed, Rows, Columns, MatrixOrder.ColumnMajor));
    }

    [Fact]
    public void Train_Weights_ChangeTheModel()
    {
        using LightGbmBooster even = Train(_values, MatrixOrder.RowMajor, []);
        using LightGbmBooster weighted = Train(_values, MatrixOrder.RowMajor, [.. _labels.Select(label => 1 + 9 * label)]);

        Assert.NotEqual(even.ToModelText(), weighted.ToModelText());
    }

    [Fact]
    public void FromModelText_SavedModel_PredictsTheSame()
    {
        using LightGbmBooster trained = Train(_values, MatrixOrder.RowMajor, []);
        using LightGbmBooster loaded = LightGbmBooster.FromModelText(trained.ToModelText());

        Assert.Equal(
            trained.PredictRaw(_values, Rows, Columns, MatrixOrder.RowMajor),
            loaded.PredictRaw(_values, Rows, Columns, MatrixOrder.RowMajor));
    }

    [Fact]
    public void PredictContributions_EachRow_SumToRawScore()
    {
        using LightGbmBooster booster = Train(_values, MatrixOrder.RowMajor, []);
        double[] raw = booster.PredictRaw(_values, Rows, Columns, MatrixOrder.RowMajor);

        double[] contributions = booster.PredictContributions(_values, Rows, Columns, MatrixOrder.RowMajor);

        for (int row = 0; row < Rows; row++)
        {
            Assert.Equal(raw[row], contributions.AsSpan(row * (Columns + 1), Columns + 1).ToArray().Sum(), 1e-9);
        }
    }

    [Fact]
    public void FromModelText_NotAModel_ThrowsLibrarysMessage() =>
        Assert.StartsWith(
            "LightGBM:", Assert.Throws<InvalidOperationException>(() => LightGbmBooster.FromModelText("nonsense")).Message,
            StringComparison.Ordinal);

    private LightGbmBooster Train(float[] values, MatrixOrder order, float[] weights)
    {
        using var dataset = new LightGbmDataset(values, Rows, Columns, order, _labels, weights, Parameters);
        return LightGbmBooster.Train(dataset, Parameters, iterations: 20);
    }
}
