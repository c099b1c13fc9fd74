using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Tests.Data;

/// <summary>Payments in the late view: which rows train it, and when a bank's daemon scores them again.</summary>
public sealed class LateViewTests : IDisposable
{
    private static readonly BankView View = TestSession.View(0);
    private static readonly Model Now = Trained(FeatureView.Now), Late = Trained(FeatureView.Late);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-late-");
    private readonly MemoryStorage _memory = new();
    private readonly OpenStorage _storage;
    private DataWatch _watch;

    public LateViewTests()
    {
        _storage = _memory.Open(ParticipantSchema.Value, FaultPoints.None);
        Directory.CreateDirectory(Path.Combine(_root.FullName, "payments"));
        _watch = NewWatch();
    }

    private static DateTime FirstDay => View.Payments[0].Timestamp.Date;

    private string Output => Path.Combine(_root.FullName, "output");

    [Fact]
    public void TrainingRows_LateView_LeavesOutRowsWhose24HoursEndAfterTheData()
    {
        var data = new BankData(View.Bank);
        data.Add([Write("all.csv", 0, 11, label: true)]);
        DateTime last = View.Payments.ToArray().Where(payment => payment.Timestamp.Date <= FirstDay.AddDays(11)).Max(
            payment => payment.Timestamp);

        TrainingRows rows = data.TrainingRows(1, view: FeatureView.Late);

        int expected = Enumerable.Range(0, data.Rows).Count(
            row => MinuteOf(data[row].Timestamp).AddDays(1) < MinuteOf(last));
        Assert.InRange(expected, 1, data.Rows - 1);
        Assert.Equal(expected, rows.Training.RowCount + rows.Validation.RowCount);
        Assert.Equal(FeatureView.Late.Schema.Digest, rows.Training.Schema.Digest);
        Assert.All(
            Enumerable.Range(0, data.Rows),
            row => Assert.Equal(MinuteOf(data[row].Timestamp).AddDays(1) < MinuteOf(last), data.IsSeen(FeatureView.Late, row)));
    }

    [Fact]
    public void TrainingRows_LateViewOfAWindow_LooksAtNoPaymentAfterItsLastDay()
    {
        var window = new DataWindow(DateOnly.FromDateTime(FirstDay), DateOnly.FromDateTime(FirstDay.AddDays(7)));
        var whole = new BankData(View.Bank);
        whole.Add([Write("whole.csv", 0, 11, label: true)]);
        var until = new BankData(View.Bank);
        until.Add([Write("until.csv", 0, 7, label: true)]);
        until.Add([Write("after.csv", 9, 9, label: true)]);

        TrainingRows rows = whole.TrainingRows(1, window, view: FeatureView.Late);

        int expected = Enumerable.Range(0, whole.Rows).Count(row => whole[row].Timestamp < FirstDay.AddDays(7));
        Assert.Equal(expected, rows.Training.RowCount + rows.Validation.RowCount);
        AssertSame(rows.Training, until.TrainingRows(2, window, view: FeatureView.Late).Training);
    }

    [Fact]
    public void TrainingRows_LateViewOfEarlierBatches_StaysAsItWas()
    {
        var data = new BankData(View.Bank, lateWindow: TimeSpan.FromDays(3));
        data.Add([Write("first.csv", 0, 5, label: true)]);
        TrainingRows before = data.TrainingRows(1, view: FeatureView.Late);
        data.Add([Write("second.csv", 6, 8, label: true)]);

        TrainingRows after = data.TrainingRows(1, view: FeatureView.Late);

        Assert.Equal(before.TrainingLabels, after.TrainingLabels);
        AssertSame(before.Training, after.Training);
        Assert.True(data.TrainingRows(2, view: FeatureView.Late).Training.RowCount > before.Training.RowCount);
    }

    [Fact]
    public async Task Look_ModelOfEachView_ScoresPaymentsWhenTheyComeAndAgainAfter24Hours()
    {
        await AdoptAsync(Now);
        await AdoptAsync(Late);
        await TakeAsync("0001.csv", 0, 4);
        Assert.Equal([AlertsOf(1, "", Now), AlertsOf(1, "late-", Late)], Alerts());

        await TakeAsync("0002.csv", 5, 5);

        Assert.Equal(
            [AlertsOf(1, "", Now), AlertsOf(1, "late-", Late), AlertsOf(2, "", Now), AlertsOf(2, "late-", Late)], Alerts());
        AlertBatch atFirst = Read(AlertsOf(1, "", Now));
        AlertBatch late = Read(AlertsOf(2, "late-", Late));
        Assert.Equal(("now", "late"), (atFirst.View, late.View));
        Assert.All(atFirst.Alerts, alert => Assert.Null(alert.ProbabilityAtFirst));
        Assert.All(atFirst.Alerts, alert => Assert.Empty(alert.Since));
        Assert.All(late.Alerts, alert => Assert.Equal(FirstDay.AddDays(4), alert.Timestamp.Date));
        Assert.Contains(late.Alerts, alert => !alert.Since.IsEmpty);
        Assert.All(late.Alerts.SelectMany(alert => alert.Since), sentence => Assert.Contains("this", sentence));
        Alert[] both = [.. late.Alerts.Where(alert => atFirst.Alerts.Any(other => other.Id == alert.Id))];
        Assert.NotEmpty(both);
        Assert.All(
            both,
            alert => Assert.Equal(
                atFirst.Alerts.Single(other => other.Id == alert.Id).Probability, alert.ProbabilityAtFirst!.Value,
                precision: 12));
    }

    [Fact]
    public async Task Look_AlertedAtFirst_IsListedAfter24HoursWhereverItRanks()
    {
        await AdoptAsync(Now);
        await AdoptAsync(Late);
        await TakeAsync("0001.csv", 0, 4);
        await TakeAsync("0002.csv", 5, 5);
        await TakeAsync("0003.csv", 6, 6);

        string[] alertedLater = [.. Read(AlertsOf(2, "late-", Late)).Alerts.Concat(Read(AlertsOf(3, "late-", Late)).Alerts)
            .Select(alert => alert.Id)];
        Assert.All(
            Read(AlertsOf(1, "", Now)).Alerts.Concat(Read(AlertsOf(2, "", Now)).Alerts)
                .Where(alert => alert.Timestamp.Date == FirstDay.AddDays(4) || alert.Timestamp.Date == FirstDay.AddDays(5)),
            alert => Assert.Contains(alert.Id, alertedLater));
    }

    [Fact]
    public async Task Look_OneModelAlone_ScoresInItsViewAlone()
    {
        await AdoptAsync(Late);
        await TakeAsync("0001.csv", 0, 4);
        await TakeAsync("0002.csv", 5, 5);

        Assert.Equal([AlertsOf(1, "late-", Late), AlertsOf(2, "late-", Late)], Alerts());
        Assert.All(Read(AlertsOf(2, "late-", Late)).Alerts, alert => Assert.Null(alert.ProbabilityAtFirst));
    }

    [Fact]
    public async Task Look_RolledBackInTheLateView_LeavesTheOtherViewAlone()
    {
        Model earlier = Trained(FeatureView.Late, steps: 1);
        await AdoptAsync(earlier);
        await AdoptAsync(Now);
        await AdoptAsync(Late);
        new ModelRollback(DigestOf(earlier), DigestOf(Late)).Write(Output);

        await TakeAsync("0001.csv", 0, 4);

        Assert.Equal([AlertsOf(1, "", Now), AlertsOf(1, "late-", earlier)], Alerts());
    }

    [Fact]
    public async Task Look_RolledBackToAModelOfTheOtherView_ScoresWithTheNewest()
    {
        await AdoptAsync(Now);
        await AdoptAsync(Late);
        new ModelRollback(DigestOf(Now), DigestOf(Late)).Write(Output);

        await TakeAsync("0001.csv", 0, 4);

        Assert.Equal([AlertsOf(1, "", Now), AlertsOf(1, "late-", Late)], Alerts());
    }

    [Fact]
    public async Task Look_AfterRestart_LateScoresGoOnFromWhatWasSaved()
    {
        await AdoptAsync(Now);
        await AdoptAsync(Late);
        await TakeAsync("0001.csv", 0, 4);
        _watch = NewWatch();
        await TakeAsync("0002.csv", 5, 5);
        byte[] csv = await File.ReadAllBytesAsync(
            Path.Combine(Output, "alerts", AlertsOf(2, "late-", Late)), TestContext.Current.CancellationToken);

        Directory.Delete(Path.Combine(Output, "alerts"), recursive: true);
        Directory.Delete(Path.Combine(_root.FullName, "reading"), recursive: true);
        _watch = NewWatch();
        await LookAsync();

        Assert.Equal(
            csv,
            await File.ReadAllBytesAsync(
                Path.Combine(Output, "alerts", AlertsOf(2, "late-", Late)), TestContext.Current.CancellationToken));
        Assert.StartsWith("Rank,Probability,", System.Text.Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
        Assert.Contains(",Reasons,Probability At First,Seen Since\n", System.Text.Encoding.UTF8.GetString(csv));
    }

    public void Dispose()
    {
        _storage.Dispose();
        _memory.Dispose();
        _root.Delete(recursive: true);
    }

    private static Model Trained(FeatureView view, int steps = 2) => TestSession.Pooled(
        new TrainingPlan(view.Schema, new LogisticSettings { Steps = steps, PositiveWeight = 5 }, maximumRows: 2_000, 11));

    private static DateTime MinuteOf(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute));

    private static Digest DigestOf(Model model) => new(model.Digest.Span);

    private static string AlertsOf(int batch, string kind, Model model) =>
        $"{batch:D4}-{kind}{DigestOf(model).ToString()[..16]}.csv";

    private static void AssertSame(FeatureMatrix expected, FeatureMatrix actual)
    {
        Assert.Equal(expected.RowCount, actual.RowCount);
        for (int column = 0; column < expected.ColumnCount; column++)
        {
            Assert.True(expected.Column(column).SequenceEqual(actual.Column(column)), expected.Schema.Features[column].Name);
        }
    }

    private DataWatch NewWatch()
    {
        return new DataWatch(WatchedBank.Over(_storage), new ParticipantOptions
        {
            Bank = View.Bank,
            Payments = Path.Combine(_root.FullName, "payments"),
            Output = Output,
            Policy = TestBank.Policy,
            AlertsPerDay = 3,
            Reading = Path.Combine(_root.FullName, "reading"),
        });
    }

    private async Task AdoptAsync(Model model)
    {
        Directory.CreateDirectory(Output);
        _watch.SaveModel(new ModelFile { Model = model, PlanDigest = new byte[32], Session = "test", Rounds = 1 });
        await _storage.Database.WriteAsync(
            state => TrainingTables.KeepModel(
                state, new SessionId(DigestOf(model)), 1, DigestOf(model), FeatureView.Of(model.SchemaDigest.Span)),
            TestContext.Current.CancellationToken);
    }

    /// <summary>Puts payments of some days into the bank's folder and has them taken.</summary>
    private Task TakeAsync(string name, int first, int last)
    {
        Write(Path.Combine("payments", name), first, last, label: false);
        return LookAsync();
    }

    private string Write(string name, int first, int last, bool label)
    {
        string path = Path.Combine(_root.FullName, name);
        using var writer = new PaymentWriter(path, View.Accounts);
        writer.Write([.. View.Payments.ToArray()
            .Where(payment => payment.Timestamp >= FirstDay.AddDays(first) && payment.Timestamp < FirstDay.AddDays(last + 1))
            .Select(payment => label ? payment : payment with { Label = Label.Unknown })]);
        return path;
    }

    /// <summary>A later file counts as whole when two looks find it the same, and a restarted daemon loads first.</summary>
    private async Task LookAsync()
    {
        await _watch.LookAsync(TestContext.Current.CancellationToken);
        await _watch.LookAsync(TestContext.Current.CancellationToken);
        while (await _watch.LookAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    private AlertBatch Read(string csv) =>
        AlertBatch.Read(Path.Combine(Output, "alerts", "json", Path.ChangeExtension(csv, ".json")));

    private string[] Alerts() =>
        [.. Directory.GetFiles(Path.Combine(Output, "alerts"))
            .Select(file => Path.GetFileName(file)!)
            .Order(StringComparer.Ordinal)];
}
