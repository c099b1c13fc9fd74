namespace Consortium.Benchmarks.LightGbm;

/// <summary>A binned training set inside LightGBM. Binning happens here, so time it apart from training.</summary>
internal sealed unsafe class LightGbmDataset : IDisposable
{
    internal const int Float32 = 0;

    private nint _handle;

    /// <param name="values">rows × columns values, NaN where missing.</param>
    /// <param name="labels">One a row: 0 or 1.</param>
    /// <param name="weights">One a row, or empty for weight 1.</param>
    /// <param name="parameters">
    /// Binning parameters, such as <c>max_bin=255 num_threads=1</c>; training must name the same.
    /// </param>
    public LightGbmDataset(
        ReadOnlySpan<float> values,
        int rows,
        int columns,
        MatrixOrder order,
        ReadOnlySpan<float> labels,
        ReadOnlySpan<float> weights,
        string parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)rows * columns);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, rows);
        if (!weights.IsEmpty)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, rows);
        }

        fixed (float* data = values)
        {
            LightGbmNative.Check(LightGbmNative.DatasetCreateFromMatrix(
                data, Float32, rows, columns, (int)order, parameters, reference: 0, out _handle));
        }

        try
        {
            SetField("label", labels);
            if (!weights.IsEmpty)
            {
                SetField("weight", weights);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal nint Handle => _handle;

    public void Dispose()
    {
        if (_handle != 0)
        {
            _ = LightGbmNative.DatasetFree(_handle);
            _handle = 0;
        }
    }

    private void SetField(string field, ReadOnlySpan<float> values)
    {
        fixed (float* data = values)
        {
            LightGbmNative.Check(LightGbmNative.DatasetSetField(_handle, field, data, values.Length, Float32));
        }
    }
}
