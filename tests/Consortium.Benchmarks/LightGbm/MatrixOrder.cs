namespace Consortium.Benchmarks.LightGbm;

/// <summary>How a dense matrix lies in memory; the values are those of LightGBM's <c>is_row_major</c>.</summary>
internal enum MatrixOrder
{
    ColumnMajor = 0,
    RowMajor = 1,
}
