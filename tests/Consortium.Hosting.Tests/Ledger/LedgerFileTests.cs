using Consortium.Hosting.Faults;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Ledger;

public sealed class LedgerFileTests : IDisposable
{
    private static readonly PartyId Holder = new("holder-a");
    private static readonly DataWindow Days = new(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31));

    private readonly ConsortiumFolder _consortium = new(
        ["bank-a", "bank-b", "bank-c", "bank-d"], ["holder-a", "holder-b", "holder-c", "holder-d"], threshold: 3);
    private readonly string _path;
    private readonly string _head;

    public LedgerFileTests()
    {
        _path = _consortium.LedgerOf(Holder);
        _head = Path.Combine(_consortium.FolderOf(Holder), "ledger.head");
    }

    public void Dispose() => _consortium.Dispose();

    [Fact]
    public void Record_ReopenedUnderTheSameAndTheNextConfiguration_IsThere()
    {
        using (LedgerFile file = Open())
        {
            file.Record(Entry(1));
            file.Record(Entry(1));
        }

        using (LedgerFile file = Open())
        {
            Assert.Equal(Entry(1), Assert.Single(file.Current.Counted));
        }

        using LedgerFile renewed = Open(Next(_consortium.Configuration.Digest));
        Assert.Single(renewed.Current.Counted);
        Assert.NotNull(renewed.Current.Check(Session(9), [.. _consortium.Banks.Take(3)], Days, 28));
    }

    [Fact]
    public void Open_Missing_SaysHowToGoOn_AndBeginsNothing()
    {
        File.Delete(_path);
        Rejects("There is no participation ledger.");
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public void Open_RestoredFromAnOlderBackup_IsNoticed()
    {
        byte[] backup = File.ReadAllBytes(_path);
        using (LedgerFile file = Open())
        {
            file.Record(Entry(1));
        }

        File.WriteAllBytes(_path, backup);
        Rejects("restored from an older backup");
    }

    [Fact]
    public void Open_Damaged_IsNoticed()
    {
        using (LedgerFile file = Open())
        {
            file.Record(Entry(1));
        }

        byte[] bytes = File.ReadAllBytes(_path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(_path, bytes);
        Rejects("damaged or was altered");
    }

    [Fact]
    public void Open_AnotherPartysOrConsortiums_IsNamed()
    {
        var problem = Assert.Throws<InvalidConfigurationException>(
            () => LedgerFile.Open(_path, _head, new PartyId("holder-b"), _consortium.Configuration, FaultPoints.None));
        Assert.Contains("the ledger of 'holder-a', not of 'holder-b'", problem.Message, StringComparison.Ordinal);
        problem = Assert.Throws<InvalidConfigurationException>(() => Open(Next(null)));
        Assert.Contains("of another consortium", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OthersCanRead_IsRejected()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, DurableFile.OwnerOnly | UnixFileMode.OtherRead);
            Rejects("chmod 600");
        }
    }

    [Fact]
    public void Begin_ConsortiumWithAPast_IsRejected()
    {
        var problem = Assert.Throws<InvalidConfigurationException>(
            () => LedgerFile.Begin(_path + ".new", Holder, Next(_consortium.Configuration.Digest)));
        Assert.Contains("consortium ledger import", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_WriteFails_IsNotRecorded_AndTheNextIsWhole()
    {
        bool fails = true;
        using (LedgerFile file = LedgerFile.Open(_path, _head, Holder, _consortium.Configuration, point =>
        {
            if (fails && point == "ledger:appended")
            {
                throw new IOException("the disk failed");
            }
        }))
        {
            Assert.Throws<StorageException>(() => file.Record(Entry(1)));
            Assert.Empty(file.Current.Counted);
            fails = false;
            file.Record(Entry(2));
        }

        using LedgerFile again = Open();
        Assert.Equal(Entry(2), Assert.Single(again.Current.Counted));
    }

    private LedgerFile Open(ConsortiumConfiguration? configuration = null) =>
        LedgerFile.Open(_path, _head, Holder, configuration ?? _consortium.Configuration, FaultPoints.None);

    private void Rejects(string reason) =>
        Assert.Contains(
            reason, Assert.Throws<InvalidConfigurationException>(() => Open().Dispose()).Message, StringComparison.Ordinal);

    private ConsortiumConfiguration Next(ConsortiumDigest? previous) =>
        (_consortium.File with { Name = "Next", Previous = previous?.ToString() }).ToConfiguration();

    private LedgerEntry.Participated Entry(int session) => new(
        ParticipationKind.Released, Session(session), "spring", RoundNumber.First, _consortium.Banks, Days, null);

    private static SessionId Session(int number) => new(Digest.Of([(byte)number]));
}
