using System.Text;

namespace Consortium.Benchmarks.LightGbm;

/// <summary>A LightGBM 4.7.0 model: trained from a <see cref="LightGbmDataset"/>, or read from its text format.</summary>
/// <remarks>The native library needs libgomp1 on Linux.</remarks>
internal sealed unsafe class LightGbmBooster : IDisposable
{
    private const int Probability = 0;
    private const int RawScore = 1;
    private const int Contribution = 3;
    private const int AllIterations = -1;

    private nint _handle;

    private LightGbmBooster(nint handle) => _handle = handle;

    /// <summary>Boosts <paramref name="iterations"/> times, or until no tree can split any more.</summary>
    /// <param name="parameters">For example <c>objective=binary num_leaves=31 num_threads=1 verbosity=-1</c>.</param>
    public static LightGbmBooster Train(LightGbmDataset dataset, string parameters, int iterations)
    {
        LightGbmNative.Check(LightGbmNative.BoosterCreate(dataset.Handle, parameters, out nint handle));
        var booster = new LightGbmBooster(handle);
        try
        {
            int finished = 0;
            for (int i = 0; i < iterations && finished == 0; i++)
            {
                LightGbmNative.Check(LightGbmNative.BoosterUpdateOneIteration(handle, out finished));
            }

            return booster;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    public static LightGbmBooster FromModelText(string text)
    {
        LightGbmNative.Check(LightGbmNative.BoosterLoadModelFromString(text, out _, out nint handle));
        return new LightGbmBooster(handle);
    }

    public string ToModelText()
    {
        LightGbmNative.Check(LightGbmNative.BoosterSaveModelToString(_handle, 0, AllIterations, 0, 0, out long length, null));
        byte[] text = new byte[length];
        fixed (byte* buffer = text)
        {
            LightGbmNative.Check(
                LightGbmNative.BoosterSaveModelToString(_handle, 0, AllIterations, 0, length, out length, buffer));
        }

        return Encoding.UTF8.GetString(text, 0, (int)length - 1);
    }

    /// <summary>One probability a row.</summary>
    public double[] Predict(ReadOnlySpan<float> values, int rows, int columns, MatrixOrder order) =>
        Predict(values, rows, columns, order, Probability, outputsPerRow: 1);

    /// <summary>One raw score (log-odds) a row.</summary>
    public double[] PredictRaw(ReadOnlySpan<float> values, int rows, int columns, MatrixOrder order) =>
        Predict(values, rows, columns, order, RawScore, outputsPerRow: 1);

    /// <summary>SHAP values: columns + 1 a row, row by row, the last one the expected raw score.</summary>
    public double[] PredictContributions(ReadOnlySpan<float> values, int rows, int columns, MatrixOrder order) =>
        Predict(values, rows, columns, order, Contribution, columns + 1);

    public void Dispose()
    {
        if (_handle != 0)
        {
            _ = LightGbmNative.BoosterFree(_handle);
            _handle = 0;
        }
    }

    private double[] Predict(
        ReadOnlySpan<float> values, int rows, int columns, MatrixOrder order, int predictType, int outputsPerRow)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)rows * columns);
        LightGbmNative.Check(LightGbmNative.BoosterGetFeatureCount(_handle, out int expected));
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns, expected);
        var result = new double[checked(rows * outputsPerRow)];
        fixed (float* data = values)
        fixed (double* output = result)
        {
            LightGbmNative.Check(LightGbmNative.BoosterPredictForMatrix(
                _handle, data, LightGbmDataset.Float32, rows, columns, (int)order, predictType,
                startIteration: 0, AllIterations, "num_threads=1", out long length, output));
            ArgumentOutOfRangeException.ThrowIfNotEqual(length, result.Length);
        }

        return result;
    }
}
