using ParquetSharp;

namespace Consortium.Learning.Payments;

/// <summary>
/// How one column of a Parquet file is read: decided by its type, and rejected where a payment's column cannot have that type.
/// </summary>
internal static class ParquetColumn
{
    /// <exception cref="PaymentFileException">The type is none that the column can have.</exception>
    public static ParquetCells Open(RowGroupReader group, int place, PaymentColumn column, string file, bool isImpala, int rows)
    {
        ColumnReader reader = group.Column(place);
        try
        {
            using LogicalType logical = reader.ColumnDescriptor.LogicalType;
            ColumnDescriptor descriptor = reader.ColumnDescriptor;
            return descriptor.MaxRepetitionLevel > 0 || descriptor.MaxDefinitionLevel > 1
                ? throw Rejected(
                    descriptor, logical, "a payment's column is one value a row, not a list or structure; write it flat", file)
                : Open(reader, descriptor, logical, column, isImpala, rows)
                ?? throw Rejected(descriptor, logical, Expected(column), file);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>What is read, but may not be what was meant.</summary>
    public static string? WarningOf(ColumnDescriptor descriptor, PaymentColumn column)
    {
        bool isBank = column is PaymentColumn.FromBank or PaymentColumn.ToBank;
        return isBank && descriptor.PhysicalType is not (PhysicalType.ByteArray or PhysicalType.Undefined)
            ? $"Column {Quote.Of(descriptor.Name)} holds numbers: if bank codes had leading zeros, these are lost, and other "
                + "files' banks differ. Write it as text."
            : descriptor.PhysicalType == PhysicalType.Float && IsAmount(column)
            ? $"Column {Quote.Of(descriptor.Name)} holds 32-bit floating-point numbers of about 7 digits: larger amounts are "
                + "rounded. Write it as decimal."
            : null;
    }

    private static ParquetCells? Open(
        ColumnReader reader, ColumnDescriptor descriptor, LogicalType logical, PaymentColumn column, bool isImpala, int rows)
    {
        short level = descriptor.MaxDefinitionLevel;
        bool isTime = column == PaymentColumn.Timestamp;
        bool isAmount = IsAmount(column);
        bool isLabel = column == PaymentColumn.IsLaundering;
        ParquetCells<T> Cells<T>(ParquetTextWriter<T> write)
            where T : unmanaged, IEquatable<T> => new((ColumnReader<T>)reader, level, rows, write);

        return (descriptor.PhysicalType, logical) switch
        {
            // Of nulls alone: how data frames write labels of which none is known.
            (PhysicalType.Int32, { Type: LogicalTypeEnum.Nil }) when isLabel => Cells<int>(ParquetText.Of),
            (_, { Type: LogicalTypeEnum.Nil }) => null,
            (PhysicalType.ByteArray,
                {
                    Type: LogicalTypeEnum.String or LogicalTypeEnum.Enum or LogicalTypeEnum.None or LogicalTypeEnum.Undefined
                }) =>
                Cells<ByteArray>(ParquetText.Of),
            (PhysicalType.Boolean, _) => isLabel ? Cells<bool>(ParquetText.Of) : null,
            (PhysicalType.Double, { Type: LogicalTypeEnum.None }) => isAmount || isLabel ? Cells<double>(ParquetText.Of) : null,
            (PhysicalType.Float, { Type: LogicalTypeEnum.None }) => isAmount || isLabel ? Cells<float>(ParquetText.Of) : null,
            (PhysicalType.Int96, _) => isTime ? Cells(ParquetText.Times96(isUtc: !isImpala)) : null,
            (PhysicalType.Int64, TimestampLogicalType time) => isTime
                ? Cells(ParquetText.Times(UnitsPerSecond(time), time.IsAdjustedToUtc))
                : null,
            (PhysicalType.Int32, { Type: LogicalTypeEnum.Date }) => isTime ? Cells<int>(ParquetText.OfDay) : null,
            (_, DecimalLogicalType { Scale: not 0 }) when !isAmount && !isLabel => null,
            (PhysicalType.Int32, DecimalLogicalType number) => Cells(ParquetText.Decimal32(number.Scale)),
            (PhysicalType.Int64, DecimalLogicalType number) => Cells(ParquetText.Decimal64(number.Scale)),
            (PhysicalType.FixedLenByteArray, DecimalLogicalType number) =>
                Cells(ParquetText.DecimalFixed(number.Scale, descriptor.TypeLength)),
            (PhysicalType.ByteArray, DecimalLogicalType number) => Cells(ParquetText.DecimalBytes(number.Scale)),
            (PhysicalType.Int32, IntLogicalType { IsSigned: false }) => Cells<int>(ParquetText.OfUnsigned),
            (PhysicalType.Int64, IntLogicalType { IsSigned: false }) => Cells<long>(ParquetText.OfUnsigned),
            (PhysicalType.Int32, { Type: LogicalTypeEnum.None or LogicalTypeEnum.Int }) => Cells<int>(ParquetText.Of),
            (PhysicalType.Int64, { Type: LogicalTypeEnum.None or LogicalTypeEnum.Int }) => Cells<long>(ParquetText.Of),
            _ => null,
        };
    }

    private static bool IsAmount(PaymentColumn column) =>
        column is PaymentColumn.AmountPaid or PaymentColumn.AmountReceived or PaymentColumn.Debit or PaymentColumn.Credit;

    private static long UnitsPerSecond(TimestampLogicalType time) => time.TimeUnit switch
    {
        TimeUnit.Millis => 1_000,
        TimeUnit.Micros => 1_000_000,
        _ => 1_000_000_000,
    };

    private static string Expected(PaymentColumn column) => column switch
    {
        PaymentColumn.Timestamp => "expected a timestamp or text",
        _ when IsAmount(column) =>
            "expected a decimal or floating-point number, an integer or text",
        PaymentColumn.IsLaundering => "expected a boolean, a number or text",
        _ => "expected text or whole numbers; other types lose digits",
    };

    private static PaymentFileException Rejected(ColumnDescriptor descriptor, LogicalType logical, string expected, string file)
    {
        string type = logical.Type is LogicalTypeEnum.None or LogicalTypeEnum.Undefined ? "" : $" ({logical.Type})";
        return new PaymentFileException(
            file, $"column {Quote.Of(descriptor.Name)} has Parquet type {descriptor.PhysicalType}{type}; {expected}.");
    }
}
