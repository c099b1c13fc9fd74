using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Consortium.Participant.Tests.Data;

/// <summary>
/// A file that changes while it is read: nothing of the reading stays, and its content is taken once it is still.
/// </summary>
public sealed class ChangingFileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-changing-");
    private readonly MemoryStorage _memory = new();
    private readonly OpenStorage _storage;
    private readonly InterruptingClock _clock = new();
    private readonly DataWatch _watch;

    public ChangingFileTests()
    {
        _storage = _memory.Open(ParticipantSchema.Value, FaultPoints.None);
        _watch = new DataWatch(WatchedBank.Over(_storage, _clock), new ParticipantOptions
        {
            Bank = new BankId("070"),
            Payments = _root.FullName,
            Output = Path.Combine(_root.FullName, "output"),
            Policy = TestBank.Policy,
        });
    }

    [Theory]
    [InlineData("A", "AB")] // appended to
    [InlineData("AB", "A")] // cut
    [InlineData("A", "C")] // replaced by a file of the same length
    public async Task Look_FileChangesWhileItIsRead_ItsLastContentIsTakenOnce(string first, string last)
    {
        Write("0001.csv", "P");
        await LookAsync();
        Write("0002.csv", first);
        _clock.WhileReading = () => Write("0002.csv", last);

        await LookAsync();

        Assert.Null(_clock.WhileReading);
        Assert.Equal(2, _watch.Batches);
        Assert.Equal(["P", .. last.Select(name => name.ToString())], Enumerable.Range(0, _watch.Data.Rows)
            .Select(row => _watch.Data.Accounts.NumberOf(_watch.Data[row].From)));
        Assert.Equal(2 + last.Length, _watch.Data.Accounts.Count);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _memory.Dispose();
        _root.Delete(recursive: true);
    }

    /// <summary>A payment of each account.</summary>
    private void Write(string name, string accounts)
    {
        string path = Path.Combine(_root.FullName, name);
        File.WriteAllText(path, WatchedBank.Header + string.Concat(accounts.Select(
            account => $"2022/09/0{name[3]} 10:00,070,{account},080,R,5,Euro,5,Euro,Wire,0\n")));
        _clock.Advance(TimeSpan.FromSeconds(1));
        File.SetLastWriteTimeUtc(path, _clock.Written);
    }

    private async Task LookAsync()
    {
        for (int idle = 0; idle < 3;)
        {
            idle = await _watch.LookAsync(TestContext.Current.CancellationToken) ? 0 : idle + 1;
        }
    }

    /// <summary>The reader asks for the time as it begins to read, after the file was looked at.</summary>
    private sealed class InterruptingClock() : FakeTimeProvider(new DateTimeOffset(2022, 10, 1, 0, 0, 0, TimeSpan.Zero))
    {
        public Action? WhileReading { get; set; }

        public DateTime Written => base.GetUtcNow().UtcDateTime;

        /// <summary>Looks compare timestamps; only the reader asks for the date.</summary>
        public override long GetTimestamp() => Written.Ticks;

        public override DateTimeOffset GetUtcNow()
        {
            Action? interrupt = WhileReading;
            WhileReading = null;
            interrupt?.Invoke();
            return base.GetUtcNow();
        }
    }
}
