namespace Consortium.Learning.Payments;

/// <summary>Splits one file into what each bank sees, as <see cref="BankView"/> does in memory.</summary>
/// <remarks>
/// Each bank's file keeps the source's order. The receiving bank's copy of a payment has an empty label. However many banks there
/// are, at most one file is open and at most <see cref="MaxPendingRows"/> rows are held.
/// </remarks>
public static class BankFiles
{
    public const int MaxPendingRows = 1_000_000;

    private const int BatchRows = 16_384;

    /// <summary>
    /// Writes <c>BANK_Trans.csv</c> for every bank of the reader's remaining rows and returns the paths by bank.
    /// </summary>
    /// <param name="reader">Read to its end.</param>
    /// <param name="folder">Created where it does not exist; files of these names are replaced.</param>
    /// <param name="maxPendingRows">Rows to hold before they are written out.</param>
    /// <param name="cancellationToken">Stops between batches, and leaves what is written.</param>
    public static IReadOnlyDictionary<BankId, string> Split(
        PaymentReader reader, string folder, int maxPendingRows = MaxPendingRows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxPendingRows);
        Directory.CreateDirectory(folder);
        var paths = new Dictionary<BankId, string>();
        var pending = new List<List<Payment>>();
        int pendingRows = 0;
        var batch = new Payment[BatchRows];
        for (int count; (count = reader.Read(batch)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (ref readonly Payment payment in batch.AsSpan(0, count))
            {
                int from = reader.Accounts.BankIndexOf(payment.From);
                int to = reader.Accounts.BankIndexOf(payment.To);
                Rows(from).Add(payment);
                pendingRows++;
                if (to != from)
                {
                    Rows(to).Add(payment with { Label = Label.Unknown });
                    pendingRows++;
                }

                if (pendingRows >= maxPendingRows)
                {
                    WriteOut();
                }
            }
        }

        WriteOut();
        return paths;

        List<Payment> Rows(int bank)
        {
            while (pending.Count <= bank)
            {
                pending.Add([]);
            }

            return pending[bank];
        }

        void WriteOut()
        {
            for (int bank = 0; bank < pending.Count; bank++)
            {
                if (pending[bank].Count > 0)
                {
                    Append(reader.Accounts.Banks[bank], pending[bank]);
                    pending[bank] = [];
                }
            }

            pendingRows = 0;
        }

        void Append(BankId bank, List<Payment> rows)
        {
            bool isNew = !paths.TryGetValue(bank, out string? path);
            if (isNew)
            {
                // Escaped, an identifier has no separator in it and cannot leave the folder.
                path = Path.Combine(folder, $"{Uri.EscapeDataString(bank.Value)}_Trans.csv");
                paths.Add(bank, path);
            }

            using var writer = new PaymentWriter(
                new FileStream(path!, isNew ? FileMode.Create : FileMode.Append, FileAccess.Write), reader.Accounts,
                writeHeader: isNew);
            foreach (Payment row in rows)
            {
                writer.Write(row);
            }
        }
    }
}
