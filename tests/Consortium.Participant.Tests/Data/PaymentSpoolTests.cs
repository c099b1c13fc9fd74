using System.Globalization;
using System.IO.Compression;
using System.Text;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Consortium.Participant.Tests.Data;

/// <summary>
/// What becomes of the files in a bank's folder: nothing is lost, read twice or read half, and a restart changes nothing.
/// </summary>
public sealed class PaymentSpoolTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-spool-");
    private readonly MemoryStorage _memory = new();
    private readonly OpenStorage _storage;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2022, 10, 1, 0, 0, 0, TimeSpan.Zero));
    private DataWatch _watch;

    public PaymentSpoolTests()
    {
        _storage = _memory.Open(ParticipantSchema.Value, FaultPoints.None);
        Directory.CreateDirectory(Folder);
        _watch = NewWatch();
    }

    private string Folder => Path.Combine(_root.FullName, "payments");

    private string Reading => Path.Combine(_root.FullName, "reading");

    [Fact]
    public async Task Look_UploadInTwoHalves_EveryPaymentOnce()
    {
        await BeginAsync();
        string whole = WatchedBank.Header + Day(11, 20);
        int half = whole.LastIndexOf("\n", whole.Length / 2, StringComparison.Ordinal) + 1;
        Write("0002.csv", whole[..half]);
        await LookAsync();
        Write("0002.csv", whole);
        await LookAsync();

        Assert.Equal(20, Payments() - Taken("0001.csv"));
        Assert.Equal([FileState.Taken, FileState.Replaced, FileState.Taken], (await JournalAsync()).Select(file => file.State));
    }

    [Fact]
    public async Task Look_UploadCutWithinALine_WaitsUntilItIsWhole()
    {
        await BeginAsync();
        string whole = WatchedBank.Header + Day(11, 20);
        Write("0002.csv", whole[..^30]);
        await LookAsync();
        Assert.Equal(FileState.Waiting, (await FileAsync("0002.csv")).State);

        Write("0002.csv", whole);
        await LookAsync();
        Assert.Equal(FileState.Taken, (await FileAsync("0002.csv")).State);
        Assert.Equal(20, Taken("0002.csv"));
    }

    [Fact]
    public async Task Look_NoLineEndForGood_TakenAfterAMinute()
    {
        await BeginAsync();
        Write("0002.csv", (WatchedBank.Header + Day(11, 5)).TrimEnd('\n'));
        await LookAsync();
        Assert.Equal(FileState.Waiting, (await FileAsync("0002.csv")).State);

        _clock.Advance(FileIntake.Patience);
        await LookAsync();
        Assert.Equal(FileState.Taken, (await FileAsync("0002.csv")).State);
    }

    [Fact]
    public async Task Look_GzipCutShort_WaitsForTheRest()
    {
        await BeginAsync();
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(WatchedBank.Header + Day(11, 20)));
        }

        byte[] bytes = packed.ToArray();
        await File.WriteAllBytesAsync(PathOf("0002.csv.gz"), bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
        await LookAsync();
        Assert.Equal(FileState.Waiting, (await FileAsync("0002.csv.gz")).State);

        await File.WriteAllBytesAsync(PathOf("0002.csv.gz"), bytes, TestContext.Current.CancellationToken);
        await LookAsync();
        Assert.Equal(20, Taken("0002.csv.gz"));
    }

    [Fact]
    public async Task Look_RejectedFileMended_IsTaken()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + "nonsense\n");
        await LookAsync();
        JournaledFile rejected = await FileAsync("0002.csv");
        Assert.Equal(FileState.SetAside, rejected.State);
        Assert.Contains("expected 11 columns", rejected.Reason);

        Write("0002.csv", WatchedBank.Header + Day(11, 3));
        await LookAsync();
        Assert.Equal(FileState.Taken, (await FileAsync("0002.csv")).State);
    }

    [Fact]
    public async Task Look_RejectedFileAccepted_TakenWithoutItsBadRows()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 3) + "nonsense\n");
        await LookAsync();

        new ReadingOrder("0002.csv", AcceptsBadRows: false).Write(Reading);
        await LookAsync();
        Assert.Equal(FileState.SetAside, (await FileAsync("0002.csv")).State);
        Assert.Empty(ReadingOrder.Read(Reading));

        new ReadingOrder("0002.csv", AcceptsBadRows: true).Write(Reading);
        await LookAsync();
        JournaledFile taken = await FileAsync("0002.csv");
        Assert.Equal((FileState.Taken, 3L, 1L), (taken.State, taken.Rows, taken.SetAside));
        Assert.Empty(ReadingOrder.Read(Reading));
    }

    [Fact]
    public async Task Look_RejectedFile_LeavesNoAccountInMemory()
    {
        await BeginAsync();
        int before = Data().Accounts.Count;
        Write("0002.csv", WatchedBank.Header + Row(11, 1, from: "STRANGER") + "nonsense\n");
        await LookAsync();

        Assert.Equal(before, Data().Accounts.Count);
        Assert.False(Data().Accounts.TryFind(new BankId("bank-a"), "STRANGER", out _));
    }

    [Fact]
    public async Task Look_OneLateRow_DayIsTakenAndTheRowMerged()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        Write("0003.csv", WatchedBank.Header + Row(11, 21 * 60 + 58, amount: "77.77") + Day(12, 24));
        await LookAsync();

        JournaledFile taken = await FileAsync("0003.csv");
        Assert.Equal((FileState.Taken, 25L, 0L), (taken.State, taken.Rows, taken.SetAside));
        Assert.Contains("1 late payments were merged", taken.Reason);
    }

    [Fact]
    public async Task Look_LateRow_HasTheFeaturesOfItsOwnTime()
    {
        // One bank gets a payment late, the other in time: the late row and those after it have the same features.
        string late = Row(11, (21 * 60) + 58, amount: "77.77");
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        Write("0003.csv", WatchedBank.Header + late + Day(12, 24));
        await LookAsync();

        string inTime = PathOf("in-time");
        Directory.CreateDirectory(inTime);
        string first = Path.Combine(inTime, "0001.csv"),
            second = Path.Combine(inTime, "0002.csv"),
            third = Path.Combine(inTime, "0003.csv");
        File.WriteAllText(first, WatchedBank.Header + Days(1, 10));
        File.WriteAllText(second, WatchedBank.Header + Day(11, 24) + late);
        File.WriteAllText(third, WatchedBank.Header + Day(12, 24));
        var expected = new BankData(new BankId("bank-a")) { Clock = _clock };
        expected.Add([first]);
        expected.Add([second]);
        expected.Add([third]);

        Assert.Equal(Described(expected, day: 12), Described(Data(), day: 12));
        Assert.Equal(
            Described(expected, day: 11).Where(row => row.StartsWith("77.77", StringComparison.Ordinal)),
            Described(Data(), day: 11).Where(row => row.StartsWith("77.77", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Look_RowsFurtherBackThanTheWindow_SetAsideAndCounted()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Row(2, 5, amount: "12.34") + Day(11, 24));
        await LookAsync();

        JournaledFile taken = await FileAsync("0002.csv");
        Assert.Equal((FileState.Taken, 24L, 1L), (taken.State, taken.Rows, taken.SetAside));
        Assert.Contains("lie too far back", taken.Reason);
    }

    [Fact]
    public async Task Look_SameNameOverwritten_NewDayIsRead()
    {
        await BeginAsync();
        Write("payments.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        Write("payments.csv", WatchedBank.Header + Day(12, 20));
        await LookAsync();

        Assert.Equal(3, _watch.Batches);
        Assert.Equal(20, Taken("payments.csv"));

        Restart();
        await LookAsync();
        Assert.Equal(3, _watch.Batches);
    }

    [Fact]
    public async Task Look_OverwrittenByMoreDays_OnlyNewOnesAreAdded()
    {
        await BeginAsync();
        Write("payments.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        int before = Payments();
        Write("payments.csv", WatchedBank.Header + Day(11, 24) + Day(12, 20));
        await LookAsync();

        Assert.Equal(before + 20, Payments());
        Assert.Contains("24 payments were read before", (await FileAsync("payments.csv")).Reason);
    }

    [Fact]
    public async Task Look_SameContentUnderAnotherName_LeftOut()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        Write("0002 (1).csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();

        Assert.Equal(2, _watch.Batches);
        Assert.Equal(FileState.Duplicate, (await FileAsync("0002 (1).csv")).State);
    }

    [Fact]
    public async Task Look_FutureRowAtFirst_SetAsideAndLaterFilesTaken()
    {
        Write("0001.csv", WatchedBank.Header + Days(1, 10) + Row(99, 0));
        await LookAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();

        Assert.Equal(2, _watch.Batches);
        Assert.Equal(1, (await FileAsync("0001.csv")).SetAside);
        Assert.Equal(24, Taken("0002.csv"));
    }

    [Fact]
    public async Task Look_ClockFarBehind_RejectedUntilItIsRight()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + string.Concat(Enumerable.Range(0, 5).Select(i => Row(99, i))));
        await LookAsync();

        JournaledFile rejected = await FileAsync("0002.csv");
        Assert.Equal(FileState.SetAside, rejected.State);
        Assert.Contains("clock", rejected.Reason);
    }

    [Theory]
    [InlineData("payments.csv.tmp")]
    [InlineData("payments.csv.filepart")]
    [InlineData(".payments.csv")]
    [InlineData("_SUCCESS")]
    [InlineData("._0002.csv")]
    [InlineData("~$0002.csv")]
    public async Task Look_NamesOfUnfinishedFiles_AreNotRead(string name)
    {
        await BeginAsync();
        Write(name, WatchedBank.Header + Day(11, 24));
        await LookAsync();

        Assert.Equal(1, _watch.Batches);
    }

    [Fact]
    public async Task Look_DataCannotBeSaved_SaysSoTakesNothingAndGoesOnOnceItCan()
    {
        await BeginAsync();
        int before = Payments();
        Directory.Delete(Reading, recursive: true);
        await File.WriteAllTextAsync(Reading, "in the way, as a full disk is", TestContext.Current.CancellationToken);
        Write("0002.csv", WatchedBank.Header + Day(11, 20));
        await Assert.ThrowsAsync<StorageException>(LookAsync);
        await Assert.ThrowsAsync<StorageException>(LookAsync);
        Assert.Equal(1, _watch.Batches);
        Assert.DoesNotContain(await JournalAsync(), file => file is { Name: "0002.csv", State: FileState.Taken });

        File.Delete(Reading);
        await LookAsync();
        Assert.Equal(FileState.Taken, (await FileAsync("0002.csv")).State);
        int after = Payments();
        Assert.True(after > before);
        Assert.Empty(Directory.GetFiles(Reading, "*.unfinished"));
    }

    [Fact]
    public async Task Look_StartCannotBeSaved_GoesOnAndSavesLater()
    {
        await BeginAsync();
        Directory.Delete(Reading, recursive: true);
        await File.WriteAllTextAsync(Reading, "in the way", TestContext.Current.CancellationToken);
        Restart();
        await LookAsync();
        Assert.Equal(1, _watch.Batches);

        File.Delete(Reading);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await LookAsync();
        Assert.NotEmpty(Directory.GetFiles(Reading));
    }

    [Fact]
    public async Task Look_FolderTakesLongToList_IsListedForATenthOfTheTimeAtMost()
    {
        await BeginAsync();
        var clock = new SlowClock(_clock);
        _watch = NewWatch(clock);
        await LookAsync();
        clock.Step = TimeSpan.FromSeconds(2); // as a million files take
        Assert.False(await _watch.LookAsync(TestContext.Current.CancellationToken));
        clock.Step = TimeSpan.Zero;
        Write("0002.csv", WatchedBank.Header + Day(11, 20));
        await LookAsync();
        Assert.Equal(1, _watch.Batches);

        clock.Later += TimeSpan.FromMinutes(2);
        await LookAsync();
        clock.Later += TimeSpan.FromMinutes(2);
        await LookAsync();
        Assert.Equal(2, _watch.Batches);
    }

    [Fact]
    public async Task Look_ManyNewFiles_LetsSessionsHaveTheirTurnAndTakesAllInTheEnd()
    {
        await BeginAsync();
        for (int file = 2; file <= 7; file++)
        {
            Write($"{file:D4}.csv", WatchedBank.Header + Day(9 + file, 20));
        }

        var clock = new SlowClock(_clock);
        _watch = NewWatch(clock);
        Assert.True(await _watch.LookAsync(TestContext.Current.CancellationToken));
        clock.Step = TimeSpan.FromSeconds(3);
        Assert.False(await _watch.LookAsync(TestContext.Current.CancellationToken)); // their sizes are noted
        clock.Later += TimeSpan.FromHours(1);
        Assert.True(await _watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.InRange(_watch.Batches, 2, 4);

        clock.Step = TimeSpan.Zero;
        await LookAsync();
        Assert.Equal(7, _watch.Batches);
    }

    [Fact]
    public async Task Look_AfterRestart_NothingIsReadAgain()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        string[] before = Described(Data());
        foreach (string file in Directory.GetFiles(Folder))
        {
            File.Delete(file); // the saved data alone must do
        }

        Restart();
        await LookAsync();
        Assert.Equal(before, Described(Data()));

        Write("0003.csv", WatchedBank.Header + Day(12, 24));
        await LookAsync();
        Assert.Equal(3, _watch.Batches);
    }

    [Fact]
    public async Task Look_AfterRestart_LaterRowsHaveTheFeaturesTheyWouldHave()
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        Restart();
        await LookAsync();
        Write("0003.csv", WatchedBank.Header + Row(11, 1000, amount: "5.55") + Day(12, 24));
        await LookAsync();
        string[] restarted = Described(Data());

        Directory.Delete(Reading, recursive: true);
        Restart();
        await LookAsync();
        Assert.Equal(restarted, Described(Data()));
    }

    [Theory]
    [InlineData("rows-")]
    [InlineData("history-")]
    [InlineData("latest-")]
    public async Task Look_SavedDataDamaged_FilesAreReadAgain(string name)
    {
        await BeginAsync();
        Write("0002.csv", WatchedBank.Header + Day(11, 24));
        await LookAsync();
        string[] before = Described(Data());
        string file = Directory.GetFiles(Reading, name + "*").Order(StringComparer.Ordinal).Last();
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        Restart();
        await LookAsync();
        Assert.Equal(before, Described(Data()));
    }

    [Fact]
    public async Task Look_SavedDataAndFilesGone_RejectsToStartByName()
    {
        await BeginAsync();
        Directory.Delete(Reading, recursive: true);
        File.Delete(PathOf("0001.csv"));
        Restart();

        var rejection = await Assert.ThrowsAsync<InvalidConfigurationException>(
            () => _watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Contains("0001.csv no longer has the content", rejection.Message);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _memory.Dispose();
        _root.Delete(recursive: true);
    }

    private static string Days(int first, int last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(day => Day(day, 24)));

    private static string Day(int day, int rows) =>
        string.Concat(Enumerable.Range(0, rows).Select(i => Row(day, i * (1440 / rows))));

    /// <summary>A payment of September 2022; of the year 2099 for day 99.</summary>
    private static string Row(int day, int minute, string amount = "", string from = "")
    {
        string date = day == 99 ? "2099/12/31" : $"2022/09/{day:D2}";
        int number = (day * 31) + minute;
        return string.Create(CultureInfo.InvariantCulture,
            $"{date} {minute / 60:D2}:{minute % 60:D2},bank-a,{(from.Length > 0 ? from : $"A{number % 7}")},bank-"
                + $"{"abc"[number % 3]},B{number % 11},{(amount.Length > 0 ? amount : $"{100 + number}.50")},US Dollar,"
                + $"{(amount.Length > 0 ? amount : $"{100 + number}.50")},US Dollar,Wire,{(number % 13 == 0 ? "1" : "0")}\n");
    }

    private static string[] Described(BankData data, int day = 0)
    {
        var rows = new List<string>();
        float[] features = new float[data.Features.ColumnCount], late = new float[FeatureView.Late.Schema.Count];
        for (int row = 0; row < data.Rows; row++)
        {
            if (day == 0 || data[row].Timestamp.Day == day)
            {
                data.Features.CopyRow(row, features);
                bool isLate = data.IsSeen(FeatureView.Late, row);
                if (isLate)
                {
                    data.FeaturesOf(FeatureView.Late, [row]).CopyRow(0, late);
                }

                rows.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{data[row].AmountPaid} {data[row].Timestamp:s} {data[row].Label} {string.Join(' ', features)} late: "
                            + $"{(isLate ? string.Join(' ', late) : "not yet")}"));
            }
        }

        return [.. rows];
    }

    private DataWatch NewWatch(TimeProvider? clock = null) => new(
        WatchedBank.Over(_storage, clock ?? _clock),
        new ParticipantOptions
        {
            Bank = new BankId("bank-a"),
            Payments = Folder,
            Output = Path.Combine(_root.FullName, "output"),
            Policy = TestBank.Policy,
            Reading = Reading,
        });

    private void Restart() => _watch = NewWatch();

    private BankData Data() => _watch.Data;

    private int Payments() => Data().Rows;

    private long Taken(string name) => JournalAsync().GetAwaiter().GetResult().Last(file => file.Name == name).Rows;

    private string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Every write has a time of its own, as writes far apart have.</summary>
    private void Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        _clock.Advance(TimeSpan.FromSeconds(1));
        File.SetLastWriteTimeUtc(PathOf(name), _clock.GetUtcNow().UtcDateTime);
    }

    private async Task BeginAsync()
    {
        Write("0001.csv", WatchedBank.Header + Days(1, 10));
        await LookAsync();
        Assert.Equal(1, _watch.Batches);
    }

    /// <summary>
    /// Looks until two looks in a row find nothing to do: a file is read when a second look finds it unchanged.
    /// </summary>
    private async Task LookAsync()
    {
        for (int idle = 0; idle < 3;)
        {
            idle = await _watch.LookAsync(TestContext.Current.CancellationToken) ? 0 : idle + 1;
        }
    }

    private async Task<JournaledFile> FileAsync(string name) => (await JournalAsync()).Last(file => file.Name == name);

    private Task<IReadOnlyList<JournaledFile>> JournalAsync() =>
        _storage.Database.ReadAsync(FileJournal.All, TestContext.Current.CancellationToken);

    /// <summary>A clock on which each look at it takes some time.</summary>
    private sealed class SlowClock(FakeTimeProvider clock) : TimeProvider
    {
        public TimeSpan Step { get; set; }

        public TimeSpan Later { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override long GetTimestamp() => (Later += Step).Ticks;
    }
}
