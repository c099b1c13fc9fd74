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
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Tests.Data;

/// <summary>Which model a bank's new payments are scored with: the newest, or the one its owner went back to.</summary>
public sealed class DataWatchTests : IDisposable
{
    private static readonly BankView View = TestSession.View(0);
    private static readonly Model First = Trained(1), Second = Trained(2), Third = Trained(3);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-watch-");
    private readonly MemoryStorage _memory = new();
    private readonly OpenStorage _storage;
    private readonly DataWatch _watch;
    private int _files;

    public DataWatchTests()
    {
        _storage = _memory.Open(ParticipantSchema.Value, FaultPoints.None);
        Directory.CreateDirectory(Path.Combine(_root.FullName, "payments"));
        _watch = new DataWatch(WatchedBank.Over(_storage), new ParticipantOptions
        {
            Bank = View.Bank,
            Payments = Path.Combine(_root.FullName, "payments"),
            Output = Output,
            Policy = TestBank.Policy,
            AlertsPerDay = 3,
        });
    }

    private string Output => Path.Combine(_root.FullName, "output");

    [Fact]
    public async Task Look_NewestModel_ScoresWithIt()
    {
        await AdoptAsync(First);
        await TakeFileAsync();
        await AdoptAsync(Second);
        await LookAsync();

        Assert.Equal([AlertsOf(1, First), AlertsOf(1, Second)], Alerts());
    }

    [Fact]
    public async Task Look_RolledBack_ScoresWithTheEarlierUntilLifted()
    {
        await AdoptAsync(First);
        await AdoptAsync(Second);
        new ModelRollback(DigestOf(First), DigestOf(Second)).Write(Output);

        await TakeFileAsync();
        Assert.Equal([AlertsOf(1, First)], Alerts());

        Assert.True(ModelRollback.Lift(Output));
        await LookAsync();
        Assert.Equal([AlertsOf(1, First), AlertsOf(1, Second)], Alerts());
    }

    [Fact]
    public async Task Look_NewerModelAdopted_OvertakesTheRollback()
    {
        await AdoptAsync(First);
        await AdoptAsync(Second);
        new ModelRollback(DigestOf(First), DigestOf(Second)).Write(Output);
        await AdoptAsync(Third);

        await TakeFileAsync();

        Assert.Equal([AlertsOf(1, Third)], Alerts());
    }

    [Fact]
    public async Task Look_FileOfTheStartUnreadable_NamesItAndSaysWhatToDo()
    {
        string file = Path.Combine(_root.FullName, "payments", "0001.csv");
        await File.WriteAllTextAsync(file, "no,such,columns\n1,2,3\n", TestContext.Current.CancellationToken);
        var rejection = await Assert.ThrowsAsync<InvalidConfigurationException>(
            () => _watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(
            "0001.csv: column 'Timestamp' is missing", Assert.Single(rejection.Problems).Fix, StringComparison.Ordinal);
        Assert.StartsWith(Path.GetDirectoryName(file)!, rejection.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"model":"00","insteadOf":"00"}""")]
    [InlineData("""{"model":null}""")]
    public async Task Look_RollbackThatIsNone_ScoresWithTheNewest(string content)
    {
        await AdoptAsync(First);
        Directory.CreateDirectory(Output);
        await File.WriteAllTextAsync(ModelRollback.FileIn(Output), content, TestContext.Current.CancellationToken);

        await TakeFileAsync();

        Assert.Equal([AlertsOf(1, First)], Alerts());
        Assert.Throws<InvalidDataException>(() => ModelRollback.Read(Output));
    }

    [Fact]
    public async Task Look_RollbackThatOthersCanWrite_IsNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "rights are no modes there");
        await AdoptAsync(First);
        await AdoptAsync(Second);
        new ModelRollback(DigestOf(First), DigestOf(Second)).Write(Output);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                ModelRollback.FileIn(Output), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        }

        await TakeFileAsync();

        Assert.Equal([AlertsOf(1, Second)], Alerts());
    }

    [Fact]
    public async Task Look_RollbackToAModelThatIsNotThere_ScoresWithTheNewest()
    {
        await AdoptAsync(First);
        new ModelRollback(DigestOf(Third), DigestOf(First)).Write(Output);

        await TakeFileAsync();

        Assert.Equal([AlertsOf(1, First)], Alerts());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Look_NewestModelsFileIsMissingOrDamaged_GoesOnAndScoresOnceItIsBack(bool isDamaged)
    {
        await AdoptAsync(First);
        string path = Path.Combine(Output, "models", $"{DigestOf(First)}.csmodel");
        byte[] whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        File.Delete(path);
        if (isDamaged)
        {
            await File.WriteAllBytesAsync(path, whole[..^7], TestContext.Current.CancellationToken);
        }

        await TakeFileAsync();
        Assert.Equal(1, _watch.Batches);
        Assert.False(Directory.Exists(Path.Combine(Output, "alerts")));

        await File.WriteAllBytesAsync(path, whole, TestContext.Current.CancellationToken);
        await LookAsync();
        Assert.Equal([AlertsOf(1, First)], Alerts());
    }

    [Fact]
    public async Task Look_NewModelsFileIsDamaged_ScoresWithTheOneBefore()
    {
        await AdoptAsync(First);
        await TakeFileAsync();
        await AdoptAsync(Second);
        await File.WriteAllTextAsync(
            Path.Combine(Output, "models", $"{DigestOf(Second)}.csmodel"), "no model", TestContext.Current.CancellationToken);

        await TakeFileAsync();
        await LookAsync(); // a later file counts as whole when two looks find it the same

        Assert.Equal([AlertsOf(1, First), AlertsOf(2, First)], Alerts());
    }

    public void Dispose()
    {
        _storage.Dispose();
        _memory.Dispose();
        _root.Delete(recursive: true);
    }

    private static Model Trained(int steps) =>
        TestSession.Pooled(
            new TrainingPlan(
                FeatureExtractor.Schema, new LogisticSettings { Steps = steps, PositiveWeight = 5 }, maximumRows: 2_000, 11));

    private static Digest DigestOf(Model model) => new(model.Digest.Span);

    private static string AlertsOf(int batch, Model model) => $"{batch:D4}-{DigestOf(model).ToString()[..16]}.csv";

    private async Task AdoptAsync(Model model)
    {
        Directory.CreateDirectory(Output);
        _watch.SaveModel(new ModelFile { Model = model, PlanDigest = new byte[32], Session = "test", Rounds = 1 });
        var session = new SessionId(DigestOf(model));
        await _storage.Database.WriteAsync(
            state => TrainingTables.KeepModel(
                state, session, 1, DigestOf(model), FeatureView.Of(model.SchemaDigest.Span)),
            TestContext.Current.CancellationToken);
    }

    /// <summary>Puts unjudged payments into the bank's folder and has them taken.</summary>
    private Task TakeFileAsync()
    {
        Payment[] unjudged =
            [.. View.Payments.ToArray().Select(
                payment => payment with { Label = Label.Unknown, Timestamp = payment.Timestamp.AddDays(365 * _files) })];
        using (var writer = new PaymentWriter(Path.Combine(_root.FullName, "payments", $"{++_files:D4}.csv"), View.Accounts))
        {
            writer.Write(unjudged);
        }

        return LookAsync();
    }

    private async Task LookAsync()
    {
        while (await _watch.LookAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    private string[] Alerts() =>
        [.. new DirectoryInfo(Path.Combine(Output, "alerts"))
            .GetFiles()
            .OrderBy(file => file.LastWriteTimeUtc)
            .Select(file => file.Name)];
}
