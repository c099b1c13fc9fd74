using System.Globalization;
using System.Xml.Linq;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Consortium.Participant.Tests.Data;

/// <summary>Outcomes that come late: labels where nothing was summed yet, and no change where something was.</summary>
public sealed class OutcomeTests : IDisposable
{
    private static readonly DataWindow September = new(new DateOnly(2022, 9, 1), new DateOnly(2022, 9, 30));
    private static readonly DataWindow Both = new(new DateOnly(2022, 9, 1), new DateOnly(2022, 10, 31));

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-outcomes-");
    private readonly MemoryStorage _memory = new();
    private readonly OpenStorage _storage;
    private readonly Party _party;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2023, 6, 1, 0, 0, 0, TimeSpan.Zero));
    private DataWatch _watch;

    public OutcomeTests()
    {
        _storage = _memory.Open(ParticipantSchema.Value, FaultPoints.None);
        _party = WatchedBank.Over(_storage, _clock);
        Directory.CreateDirectory(Path.Combine(_root.FullName, "payments"));
        _watch = NewWatch();
    }

    private BankData Data => _watch.Data;

    [Fact]
    public async Task Look_Outcomes_AreLabelsOfTheNextSession()
    {
        await TakeAsync("payments.csv", Payments());
        Digest before = Data.DigestOf(1, Both);

        await TakeAsync(
            "outcomes.csv",
            "Alert ID,Payment "
                + $"ID,Outcome,Date\n,P1,true,2023-03-01\n{Data.AlertIdOf(2)},,false,2023-03-01\n,P4,open,2023-03-01\n");

        Assert.Equal(2, Data.Batches);
        Assert.Equal(
            [Label.Laundering, Label.Legitimate, Label.Legitimate, Label.Unknown, Label.Legitimate],
            Enumerable.Range(0, 5).Select(row => Data.Outcomes.LabelOf(row, Data[row], 2)));
        Assert.Equal(before, Data.DigestOf(1, Both));
        Assert.NotEqual(before, Data.DigestOf(2, Both));
        Assert.Equal((Digest)Data.DigestOf(2, Both), await RestartedDigestAsync());
    }

    [Fact]
    public async Task DigestOf_DaysSummedBefore_KeepTheLabelsOfThatTime()
    {
        await TakeAsync("payments.csv", Payments());
        Digest summed = Data.DigestOf(1, September);
        ClosedDays closed = ClosedDays.None.With(September, 1);

        await TakeAsync("outcomes.csv", "Payment ID,Outcome,Date\nP1,true,2023-03-01\nP5,true,2023-03-01\n");

        Assert.NotEqual(summed, Data.DigestOf(2, September));
        Assert.Equal(summed, Data.DigestOf(2, September, closed));
        Assert.Equal(summed, Data.DigestOf(2, September, ClosedDays.None, labels: 1));

        Label[] expected = [Label.Legitimate, Label.Legitimate, Label.Laundering, Label.Legitimate, Label.Laundering];
        Assert.Equal(
            expected,
            Enumerable.Range(0, 5).Select(
                row => Data.Outcomes.LabelOf(row, Data[row], closed.BatchOf(DateOnly.FromDateTime(Data[row].Timestamp), 2))));
    }

    [Fact]
    public async Task Look_SeveralOutcomesOfAPayment_TheOneDecidedLastCounts()
    {
        await TakeAsync("payments.csv", Payments());
        await TakeAsync("a.csv", "Payment ID,Outcome,Date\nP1,true,2023-03-02\nP1,false,2023-03-01\n");
        await TakeAsync("b.csv", "Payment ID,Outcome,Date\nP1,open,2023-02-01\n");

        Assert.Equal(Label.Laundering, Data.Outcomes.LabelOf(0, Data[0], 3));
    }

    [Fact]
    public async Task Look_OutcomesBeforePayments_WaitForThem()
    {
        Write("outcomes.csv", "Payment ID,Outcome,Date\nP1,true,2023-03-02\n");
        await TakeAsync("payments.csv", Payments());

        Assert.Equal(2, Data.Batches);
        Assert.Equal(Label.Laundering, Data.Outcomes.LabelOf(0, Data[0], 2));
    }

    [Fact]
    public async Task Look_WrongOutcomes_AreSetAsideByLine()
    {
        await TakeAsync("payments.csv", Payments());
        await TakeAsync(
            "outcomes.csv",
            "Alert ID,Payment ID,Outcome,Date\n0000000000000001,,true,2023-03-01\nx,,true,2023-03-01\n,P1,perhaps,2023-03-01\n"
            + ",P1,true,01.03.2023\n,P1,true,2099-03-01\n,,true,2023-03-01\n,P9,true,2023-03-01\n");

        JournaledFile file = (await _storage.Database.ReadAsync(FileJournal.All, TestContext.Current.CancellationToken))[^1];

        Assert.Equal((FileState.Taken, 6L), (file.State, file.SetAside));
        foreach (string reason in (string[])
            ["alerts that no payment", "line 3, Alert ID", "line 4, Outcome", "line 5, Date", "line 6, Date",
                "line 7, Payment ID",
                "1 outcomes are of payments that this bank has not sent"])
        {
            Assert.Contains(reason, file.Reason);
        }
    }

    [Fact]
    public void GoamlDraft_NamesThatAreMarkup_AreEscapedAndWellFormed()
    {
        var alert = new Alert(
            1, 0.5, new DateTime(2026, 3, 1, 12, 30, 0), "70", "<A>&\u0001", "80", "B", 12.5m, "US Dollar", "Wire",
            ["pays <10> & more"])
        {
            Id = "4f1c0a9be2d07713",
        };
        var stream = new MemoryStream();

        GoamlDraft.Write(stream, "R&D", new DateOnly(2026, 3, 2), [alert], "70");

        stream.Position = 0;
        XDocument draft = XDocument.Load(stream);
        XElement payment = Assert.Single(draft.Root!.Elements("transaction"));
        Assert.Contains("DRAFT", draft.Nodes().OfType<XComment>().Single().Value);
        Assert.Equal("R&D", draft.Root.Element("entity_reference")!.Value);
        Assert.Equal("4f1c0a9be2d07713", payment.Element("transactionnumber")!.Value);
        Assert.Equal("<A>&?", payment.Element("t_from_my_client")!.Element("from_account")!.Element("account")!.Value);
        Assert.Equal("80", payment.Element("t_to")!.Element("to_account")!.Element("institution_code")!.Value);
    }

    public void Dispose()
    {
        _storage.Dispose();
        _memory.Dispose();
        _root.Delete(recursive: true);
    }

    /// <summary>Payments P1 to P5: four of September, one of October; the third is labelled laundering.</summary>
    private static string Payments() =>
        "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,Payment Currency,Payment "
            + "Format,Is Laundering,Payment ID\n"
            + string.Concat(Enumerable.Range(1, 5).Select(number => string.Create(
                CultureInfo.InvariantCulture,
                $"2022/{(number < 5 ? $"09/{number + 10:D2}" : "10/15")} "
                    + $"12:00,070,A{number},080,B,{number}.00,Euro,{number}.00,Euro,Wire,"
                    + $"{(number == 3 ? 1 : 0)},P{number}\n")));

    private DataWatch NewWatch() => new(_party, new ParticipantOptions
    {
        Bank = new BankId("070"),
        Payments = Path.Combine(_root.FullName, "payments"),
        Output = Path.Combine(_root.FullName, "output"),
        Policy = TestBank.Policy,
        Reading = Path.Combine(_root.FullName, "reading"),
    });

    private async Task<Digest> RestartedDigestAsync()
    {
        _watch = NewWatch();
        await LookAsync();
        Assert.Equal(2, Data.Batches);
        return Data.DigestOf(2, Both);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_root.FullName, "payments", name), text);

    private Task TakeAsync(string name, string text)
    {
        Write(name, text);
        return LookAsync();
    }

    private async Task LookAsync()
    {
        for (int idle = 0; idle < 3;)
        {
            idle = await _watch.LookAsync(TestContext.Current.CancellationToken) ? 0 : idle + 1;
        }
    }
}
