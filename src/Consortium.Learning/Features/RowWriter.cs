namespace Consortium.Learning.Features;

/// <summary>Writes one row's values in the schema's order.</summary>
internal ref struct RowWriter(Span<float> row)
{
    private readonly Span<float> _row = row;

    public int Written { get; private set; }

    public void Put(double value) => _row[Written++] = (float)value;

    public void Put(bool value) => _row[Written++] = value ? 1 : 0;

    /// <summary>Money, as <see cref="FeatureUnit.Amount"/> holds it; NaN stays.</summary>
    public void PutAmount(double amount) =>
        _row[Written++] = double.IsNaN(amount) ? float.NaN : amount == 0 ? 0 : (float)Logarithm.Base2(1 + amount);

    /// <summary>Missing where <paramref name="denominator"/> is not positive.</summary>
    public void PutQuotient(double numerator, double denominator) =>
        Put(denominator > 0 ? numerator / denominator : double.NaN);

    public void PutMissing(int count)
    {
        _row.Slice(Written, count).Fill(float.NaN);
        Written += count;
    }

    /// <summary>Writes the last <paramref name="count"/> values again.</summary>
    public void Repeat(int count)
    {
        _row.Slice(Written - count, count).CopyTo(_row[Written..]);
        Written += count;
    }
}
