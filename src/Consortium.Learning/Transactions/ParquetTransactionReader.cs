namespace Consortium.Learning.Transactions;

/// <summary>Reads transactions from a Parquet file, row group by row group.</summary>
internal sealed class ParquetTransactionReader : TransactionReader
{
    public ParquetTransactionReader(Stream content, string name, TransactionReadOptions options)
        : base(name, options) => throw new TransactionFileException(name, "Parquet is not read yet.");

    public override int Read(Span<Transaction> destination) => 0;

    private protected override void Dispose(bool disposing)
    {
    }
}
