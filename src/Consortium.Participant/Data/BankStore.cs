using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Consortium.Hosting.Storage;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using Consortium.Primitives;

namespace Consortium.Participant.Data;

/// <summary>
/// A bank's data on disk, so that a restart reads only what is new: rows with their features in files that each hold the batches
/// since the one before, and the state that later features depend on. Files name the last batch they hold. They are as secret as
/// the payments: only their owner can read them.
/// </summary>
internal sealed class BankStore(string folder)
{
    private const string Magic = "consortium bank data 2";
    private const string RowsName = "rows-", HistoryName = "history-", LatestName = "latest-";

    private int _accounts;

    /// <summary>The last batch that is saved; 0 before the first.</summary>
    public int Saved { get; private set; }

    /// <summary>Saves the batches that are not yet. What was saved before stays until <see cref="Collect"/>.</summary>
    /// <exception cref="StorageException">The disk is full or fails; nothing of this attempt stays on it.</exception>
    public void Save(BankData data)
    {
        if (data.Batches == Saved)
        {
            return;
        }

        try
        {
            Write(data);
        }
        catch (IOException exception)
        {
            TryDeleteUnfinished();
            throw StorageException.From($"The payments' saved data in {folder}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StorageException(StorageFault.Unavailable, $"{folder}: {exception.Message}", exception);
        }
    }

    private void Write(BankData data)
    {
        DurableFile.CreateOwnersFolder(folder);
        int batch = data.Batches, previous = Saved, accounts = previous == 0 ? 0 : _accounts;
        CheckedFile.Write(PathOf(RowsName, batch), file => WriteRows(file, data, previous, accounts));
        CheckedFile.Write(PathOf(HistoryName, batch), file => WriteHistory(file, data));
        string latest = PathOf(LatestName, batch);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 20 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = DurableFile.OwnerOnly;
        }

        using (var state = new FileStream(latest + ".unfinished", options))
        {
            data.History.SaveLatest(state);
            state.Flush(flushToDisk: true);
        }

        File.Move(latest + ".unfinished", latest, overwrite: true);
        DirectorySync.Flush(folder);
        (Saved, _accounts) = (batch, data.Accounts.Count);
    }

    /// <summary>Deletes the states that a newer one replaces, and what crashes left behind.</summary>
    public void Collect()
    {
        foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
        {
            string name = Path.GetFileName(file);
            bool isState = name.StartsWith(HistoryName, StringComparison.Ordinal)
                || name.StartsWith(LatestName, StringComparison.Ordinal);
            if (name.EndsWith(".unfinished", StringComparison.Ordinal) || (isState && BatchOf(name) != Saved))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>Takes up the newest saved data of at most so many batches.</summary>
    /// <param name="empty">Makes a bank without data.</param>
    /// <returns>Null where nothing is saved.</returns>
    /// <exception cref="InvalidDataException">What is saved is damaged, or of another release or bank.</exception>
    public BankData? Load(int mostBatches, BankId bank, Func<BankData> empty)
    {
        int newest = Directory.Exists(folder)
            ? Directory.GetFiles(folder, LatestName + "*").Select(file => BatchOf(Path.GetFileName(file)))
                .Where(batch => batch <= mostBatches).DefaultIfEmpty().Max()
            : 0;
        if (newest == 0)
        {
            return null;
        }

        try
        {
            BankData data = empty();
            var parts = new Stack<int>();
            for (int batch = newest; batch > 0;)
            {
                parts.Push(batch);
                int previous = CheckedStart(PathOf(RowsName, batch));
                batch = previous < batch
                    ? previous
                    : throw new InvalidDataException($"{PathOf(RowsName, batch)} names batch {previous} as the one before.");
            }

            foreach (int batch in parts)
            {
                CheckedFile.Read(PathOf(RowsName, batch), file => ReadRows(file, data, bank));
            }

            if (data.Batches != newest)
            {
                throw new InvalidDataException($"{folder} holds {data.Batches} batches, not {newest}.");
            }

            int accounts = data.Accounts.Count;
            CheckedFile.Read(PathOf(HistoryName, newest), file => ReadHistory(file, data, PathOf(LatestName, newest)));
            if (data.Accounts.Count != accounts)
            {
                throw new InvalidDataException($"{PathOf(LatestName, newest)} names accounts that no payment has.");
            }

            (Saved, _accounts) = (newest, accounts);
            return data;
        }
        catch (Exception exception)
            when (exception is IOException or MalformedDataException or ArgumentException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    /// <summary>What a full disk cut short takes room that others need.</summary>
    private void TryDeleteUnfinished()
    {
        try
        {
            foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.unfinished") : [])
            {
                File.Delete(file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next save overwrites it.
        }
    }

    private static int BatchOf(string name) =>
        int.TryParse(
            Path.GetFileNameWithoutExtension(name).Split('-')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int batch)
            ? batch
            : int.MaxValue;

    private string PathOf(string name, int batch) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}{batch:D6}.bin"));

    private static void WriteHeader(CheckedFile file, int previous)
    {
        file.Put(previous);
        file.Put(Magic);
        file.Put(FeatureExtractor.Schema.Digest);
        file.Put(Unsafe.SizeOf<Payment>());
    }

    private static void ReadHeader(CheckedFile file)
    {
        file.GetLong();
        byte[] digest = new byte[FeatureExtractor.Schema.Digest.Length];
        if (file.GetText() != Magic)
        {
            throw file.Malformed("another release wrote it");
        }

        file.Get<byte>(digest);
        if (!digest.AsSpan().SequenceEqual(FeatureExtractor.Schema.Digest) || file.GetLong() != Unsafe.SizeOf<Payment>())
        {
            throw file.Malformed("another release wrote it");
        }
    }

    /// <summary>The batch before those in a file, which its checksum confirms later.</summary>
    private static int CheckedStart(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<long> previous = stackalloc long[1];
        file.ReadExactly(MemoryMarshal.AsBytes(previous));
        return previous[0] is >= 0 and <= int.MaxValue
            ? (int)previous[0]
            : throw new InvalidDataException($"{path} names batch {previous[0]}.");
    }

    private static void WriteRows(CheckedFile file, BankData data, int previous, int accountsBefore)
    {
        WriteHeader(file, previous);
        AccountTable accounts = data.Accounts;
        file.Put(accounts.Count - accountsBefore);
        for (int i = accountsBefore; i < accounts.Count; i++)
        {
            file.Put(accounts.BankOf(new AccountId(i)).Value);
            file.Put(accounts.NumberOf(new AccountId(i)));
        }

        int start = previous == 0 ? 0 : data.Ends[previous - 1];
        int[] ends = [.. data.Ends.Skip(previous)];
        file.Put(ends.Length);
        file.Put<int>(ends);
        file.Put(data.Rows - start);
        file.Put(data.Owned[start..]);
        for (int column = 0; column < data.Features.ColumnCount; column++)
        {
            file.Put(data.Features.Column(column)[start..]);
        }

        OutcomeBook.Entry[] outcomes = [.. data.Outcomes.Entries.ToArray().Where(outcome => outcome.Batch > previous)];
        file.Put(outcomes.Length);
        file.Put<OutcomeBook.Entry>(outcomes);
    }

    private static bool ReadRows(CheckedFile file, BankData data, BankId bank)
    {
        ReadHeader(file);
        for (int left = file.GetCount(2 * sizeof(long)); left > 0; left--)
        {
            int next = data.Accounts.Count;
            if (data.Accounts.Intern(new BankId(file.GetText()), file.GetText()).Index != next)
            {
                throw file.Malformed("it names an account twice");
            }
        }

        int[] ends = new int[file.GetCount(sizeof(int))];
        file.Get<int>(ends);
        var owned = new Payment[file.GetCount(Unsafe.SizeOf<Payment>())];
        file.Get<Payment>(owned);
        RequireKnown(file, owned, data.Accounts, bank);
        if (ends.Length == 0 || ends[0] < data.Rows || ends[^1] != data.Rows + owned.Length || !ends.Order().SequenceEqual(ends))
        {
            throw file.Malformed("its batches do not fit its rows");
        }

        data.Features.AddRows(owned.Length, (values, _) => file.Get(values));
        data.Restore(owned, ends);
        var outcomes = new OutcomeBook.Entry[file.GetCount(Unsafe.SizeOf<OutcomeBook.Entry>())];
        file.Get<OutcomeBook.Entry>(outcomes);
        foreach (OutcomeBook.Entry outcome in outcomes)
        {
            if (outcome.Batch < 1 || outcome.Batch > data.Batches || (outcome.IsRow != 0 && outcome.Key >= (ulong)data.Rows))
            {
                throw file.Malformed("an outcome is of a batch or payment that it does not have");
            }

            data.Outcomes.Add(outcome);
        }

        return true;
    }

    private static void WriteHistory(CheckedFile file, BankData data)
    {
        WriteHeader(file, data.Batches);
        file.Put(data.History.Since.Ticks);
        file.Put(data.History.Last.Ticks);
        file.Put(data.History.Recent.Length);
        file.Put(data.History.Recent);
        file.Put(data.History.Checkpoint.Length);
        file.Put(data.History.Checkpoint.Span);
    }

    private static bool ReadHistory(CheckedFile file, BankData data, string latest)
    {
        ReadHeader(file);
        long since = file.GetLong(), last = file.GetLong();
        if (since < 0 || since > DateTime.MaxValue.Ticks || last < 0 || last > DateTime.MaxValue.Ticks)
        {
            throw file.Malformed("its times are none");
        }

        var recent = new Payment[file.GetCount(Unsafe.SizeOf<Payment>())];
        file.Get<Payment>(recent);
        RequireKnown(file, recent, data.Accounts, null);
        byte[] checkpoint = new byte[file.GetCount(1)];
        file.Get<byte>(checkpoint);
        using FileStream state = File.OpenRead(latest);
        data.History.Restore(
            FeatureExtractor.Load(state, data.Accounts), checkpoint.Length == 0 ? null : checkpoint, [.. recent],
            new DateTime(since), new DateTime(last));
        return true;
    }

    private static void RequireKnown(CheckedFile file, Payment[] payments, AccountTable accounts, BankId? owner)
    {
        int bank = owner is { } own ? accounts.IndexOf(own) : -1;
        foreach (ref readonly Payment payment in payments.AsSpan())
        {
            if ((uint)payment.From.Index >= (uint)accounts.Count || (uint)payment.To.Index >= (uint)accounts.Count
                || (owner is not null && accounts.BankIndexOf(payment.From) != bank))
            {
                throw file.Malformed("a payment is of an account that it does not name, or of another bank");
            }
        }
    }
}
