using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace Consortium.Learning.Payments;

/// <summary>One column of one row group, as the text that a CSV file would hold.</summary>
/// <remarks>
/// Times become <c>yyyy/MM/dd HH:mm:ss</c>, numbers their shortest exact form (a double 1057.51 is 1057.51), missing values
/// nothing. A bank identifier stored as a number has lost its leading zeros already.
/// </remarks>
internal abstract class ParquetCells
{
    private const int MaxTextLength = 64;

    private readonly char[] _text = new char[MaxTextLength];

    /// <summary>The text of a row; valid until the next call.</summary>
    public abstract ReadOnlySpan<char> this[int row] { get; }

    /// <summary>Reads a column of a type that payments can have; null for any other type.</summary>
    public static ParquetCells? Read(ParquetRowGroupReader group, DataField field)
    {
        Type type = field.ClrType;
        return type == typeof(ReadOnlyMemory<char>) ? ReadStrings(group, field)
            : type == typeof(DateTime) ? Read<DateTime>(group, field, "yyyy/MM/dd HH:mm:ss")
            : type == typeof(decimal) ? Read<decimal>(group, field)
            : type == typeof(double) ? Read<double>(group, field)
            : type == typeof(float) ? Read<float>(group, field)
            : type == typeof(long) ? Read<long>(group, field)
            : type == typeof(int) ? Read<int>(group, field)
            : type == typeof(short) ? Read<short>(group, field)
            : type == typeof(sbyte) ? Read<sbyte>(group, field)
            : type == typeof(byte) ? Read<byte>(group, field)
            : type == typeof(bool) ? ReadFlags(group, field)
            : null;
    }

    private static OfText ReadStrings(ParquetRowGroupReader group, DataField field)
    {
        var values = new string?[group.RowCount];
        Wait(group.ReadAsync(field, values.AsMemory()!));
        return new OfText(values);
    }

    private static Of<T> Read<T>(ParquetRowGroupReader group, DataField field, string format = "")
        where T : struct, ISpanFormattable =>
        new(Values<T>(group, field), format);

    private static OfFlags ReadFlags(ParquetRowGroupReader group, DataField field) => new(Values<bool>(group, field));

    private static T?[] Values<T>(ParquetRowGroupReader group, DataField field)
        where T : struct
    {
        var values = new T?[group.RowCount];
        if (field.IsNullable)
        {
            Wait(group.ReadAsync<T>(field, values.AsMemory()));
            return values;
        }

        var present = new T[group.RowCount];
        Wait(group.ReadAsync<T>(field, present.AsMemory()));
        return Array.ConvertAll(present, static value => (T?)value);
    }

    private static void Wait(ValueTask read) => read.AsTask().GetAwaiter().GetResult();

    private sealed class OfText(string?[] values) : ParquetCells
    {
        public override ReadOnlySpan<char> this[int row] => values[row];
    }

    private sealed class OfFlags(bool?[] values) : ParquetCells
    {
        public override ReadOnlySpan<char> this[int row] => values[row] switch { true => "1", false => "0", null => "" };
    }

    private sealed class Of<T>(T?[] values, string format) : ParquetCells
        where T : struct, ISpanFormattable
    {
        public override ReadOnlySpan<char> this[int row] =>
            values[row] is { } value && value.TryFormat(_text, out int length, format, CultureInfo.InvariantCulture)
                ? _text.AsSpan(0, length)
                : [];
    }
}
