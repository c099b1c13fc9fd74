using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.InMemory;
using Consortium.Learning.Cells;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Consortium.Protocol.Scoring;
using Consortium.Scoring;
using Consortium.Scoring.Tests;
using Consortium.Testing;
using Microsoft.Extensions.Hosting;

namespace Consortium.Cli.Tests.Models;

/// <summary>
/// A client scores its payments by the service and gets the alerts that the quantised model gives in the clear.
/// </summary>
public sealed class ServiceScoreTests(TrainedBank trained) : IClassFixture<TrainedBank>
{
    private const string Passphrase = "a long enough passphrase";

    [Theory]
    [InlineData("boosting.csmodel")]
    [InlineData("logistic.csmodel")]
    public async Task Export_Cells_WritesAModelThatIsReadBack(string model)
    {
        string output = trained.In($"{model}.cscells");

        CommandLineRun run = await CommandLineRun.Of("model", "export", trained.In(model), "--cells", "--output", output);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains($"{CellModel.FromBytes(File.ReadAllBytes(output)).Shape.CellCount} cells", run.Out);
    }

    [Fact]
    public async Task Score_ByTheService_GivesTheAlertsOfTheQuantisedModelAndKeepsReceipts()
    {
        string cells = trained.In("service.cscells");
        await CommandLineRun.Of("model", "export", trained.Boosting, "--cells", "--output", cells);
        CellModel model = CellModel.FromBytes(File.ReadAllBytes(cells));
        var parties = new TestParties();
        string folder = trained.In("client");
        Directory.CreateDirectory(Path.Combine(folder, TestParties.First));
        File.WriteAllBytes(Path.Combine(folder, "consortium.json"), parties.File.ToJson());
        IdentityFile.Save(
            Path.Combine(folder, TestParties.First, "identity"), parties.Identity(TestParties.First), Passphrase);
        string passphrase = trained.In("passphrase");
        File.WriteAllText(passphrase, Passphrase + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(passphrase, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var certificates = new TestCertificates();
        string root = trained.In("root.pem");
        File.WriteAllText(root, certificates.Root.ExportCertificatePem());
        int port = FreePorts.Take();
        using IHost host = Start(parties, model, certificates, port);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => IsListening(port), TestContext.Current.CancellationToken);

        CommandLineRun run = await CommandLineRun.Of(
            "score", Convert.ToHexStringLower(model.Digest.Span)[..8], trained.Payments, "--bank", trained.Bank,
            "--service", $"https://localhost:{port}", "--client", TestParties.First, "--service-root", root,
            "--folder", folder, "--passphrase-file", passphrase, "--from", "2022-09-18", "--json");
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(run.Code == ExitCode.Done, run.Error);
        var data = new BankData(new BankId(trained.Bank));
        data.Add([trained.Payments]);
        int[] rows = [.. Enumerable.Range(0, data.Rows).Where(row => data[row].Timestamp >= new DateTime(2022, 9, 18))];
        IReadOnlyList<Alert> expected = AlertList.Rank(
            data, rows, model.LogOdds(data.FeaturesOf(Consortium.Learning.Features.FeatureView.Now, rows)), alertsPerDay: 50);
        using JsonDocument answer = JsonDocument.Parse(run.Out);
        Assert.Equal(rows.Length, answer.RootElement.GetProperty("scored").GetInt32());
        Assert.Equal(
            expected.Select(alert => (alert.Id, alert.Probability)),
            answer.RootElement.GetProperty("alerts").EnumerateArray().Select(
                alert => (alert.GetProperty("id").GetString()!, alert.GetProperty("probability").GetDouble())));
        string folderOfReceipts = Path.Combine(folder, TestParties.First, "receipts");
        string[] verify = ["receipt", "verify", folderOfReceipts, "--client", TestParties.First, "--folder", folder];
        CommandLineRun whole = await CommandLineRun.Of(verify);
        Assert.True(whole.Code == ExitCode.Done, whole.Out + whole.Error);
        string[] receipts = Directory.GetFiles(Path.Combine(folder, TestParties.First, "receipts"));
        Assert.NotEmpty(receipts);
        Assert.All(receipts, file => Assert.True(
            SignedEnvelope.FromJson(File.ReadAllBytes(file)).IsSignedBy(parties.Identity(TestParties.Scorer).Public)));
        File.Delete(receipts.Order(StringComparer.Ordinal).First());
        CommandLineRun cut = await CommandLineRun.Of(verify);
        Assert.Equal(ExitCode.DoesNotHold, cut.Code);
        Assert.Contains("Receipt 1 is missing", cut.Out);
    }

    [Fact]
    public async Task Score_WithoutAConsortium_SaysWhatIsMissing()
    {
        CommandLineRun run = await CommandLineRun.Of(
            "score", "00", trained.Payments, "--bank", trained.Bank, "--service", "https://localhost:1", "--client", "client-a",
            "--folder", trained.In("nowhere"));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("consortium.json", run.Error);
    }

    private static async Task<bool> IsListening(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IHost Start(TestParties parties, CellModel model, TestCertificates certificates, int port)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ScorerDaemon.AddTo(
            builder,
            new DaemonOptions
            {
                Configuration = parties.Configuration,
                Identity = parties.Identity(TestParties.Scorer),
                Storage = new MemoryStorage(),
                Ledger = string.Empty,
                JoinBus = ScorerDaemon.NoTransport(null!, parties.Configuration),
            },
            new ScorerOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, port),
                Certificate = certificates.Server.CopyWithKey(certificates.ServerKeyPem),
                Offers = [new Offer(model, payments: 8, quota: 100_000, mostQueries: 8)],
            });
        return builder.Build();
    }
}
