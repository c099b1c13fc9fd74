using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>
/// The command line as people run it, process by process, on real daemons over a real RabbitMQ: a session from its plan to the
/// audit of its rounds and the alerts of its model.
/// </summary>
public sealed class OperatorTests(DeployedConsortium deployed) : IClassFixture<DeployedConsortium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly BoostingSettings Boosting = new()
    {
        Trees = 1,
        Leaves = 4,
        SplitsPerRound = 2,
        Bins = 7,
        ColumnFraction = 0.1,
        MinimumChildWeight = 0.5,
        PositiveWeight = 5,
    };

    private static readonly string[] Plan =
    [
        "--trees", "1", "--leaves", "4", "--splits-per-round", "2", "--bins", "7", "--column-fraction", "0.1",
        "--minimum-child-weight", "0.5",
        "--positive-weight", "5", "--maximum-rows", "5000", "--seed", "11", "--wait", "60", "--acceptance", "0",
    ];

    private string Folder => deployed.Folder.Path;

    private string Volume(string party) => Path.Combine(Folder, "volumes", $"{party}-state");

    [Fact]
    public async Task Commands_FromPlanToAuditAndAlerts_DoWhatTheySay()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);

        // Another reader of the operator's queue is in the way, and is named; what is known can be read all the same.
        Result elsewhere = await RunAsync(
            ["session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31", "--name", "early", .. Plan],
            limit.Token);
        Assert.Equal(
            (4, true),
            (elsewhere.Code, elsewhere.Error.Contains("being read from another folder or machine", StringComparison.Ordinal)));
        Result known = await RunAsync(["session", "list"], limit.Token);
        Assert.Equal((0, true), (known.Code, known.Error.Contains("what was known before", StringComparison.Ordinal)));
        await deployed.LeaveOperatorsSeatAsync();

        Result password = await RunAsync(["session", "watch"], limit.Token, ("Consortium__BrokerPassword", "wrong"));
        Assert.Equal(
            (3, true), (password.Code, password.Error.Contains("wrong user name or password", StringComparison.Ordinal)));

        // A session from plan to model.
        (StateDigest pooled, int rounds) = deployed.Banks.Pooled(GeneratedBanks.Training(Boosting));
        Result session = await RunAsync(
            ["session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31", "--name", "spring", "--watch", .. Plan],
            limit.Token);
        Assert.True(session.Code == 0, $"{session.Out}\n{session.Error}\n{deployed.Logs()}");
        Assert.Contains(pooled.ToString(), session.Out);
        Result rejected = await RunAsync(
            ["session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31", "--name", "too long", "--watch",
                "--rounds", "101", .. Plan],
            limit.Token);
        Assert.Equal(4, rejected.Code);
        Assert.Contains("rejected: rounds: This bank takes part in at most 100 rounds", rejected.Error);
        Assert.Equal(0, (await RunAsync(["session", "abort", "too long"], limit.Token)).Code);

        JsonElement listed = Json(await RunAsync(["session", "list", "--json"], limit.Token));
        Assert.Equal(
            ["completed", "aborted"],
            listed.GetProperty("sessions").EnumerateArray().Select(item => item.GetProperty("status").GetString()));
        JsonElement last = Json(
            await RunAsync(
                ["round", "show", rounds.ToString(CultureInfo.InvariantCulture), "--session", "spring", "--json"], limit.Token));
        Assert.Equal(
            deployed.Folder.Banks.Select(bank => bank.Name),
            last.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("bank").GetString()));
        Assert.InRange(last.GetProperty("released").GetArrayLength(), 2, 3);

        // The audit, beside the running daemons, held against a bank's own record.
        string bundle = Path.Combine(Folder, "spring.audit");
        Assert.Equal(
            0,
            (await RunAsync(
                ["audit", "export", "--data", Volume("aggregator"), "--session", "spring", "--output", bundle],
                limit.Token)).Code);
        JsonElement verdict = Json(
            await RunAsync(["audit", "verify", bundle, "--state-from", Volume("bank-a"), "--json"], limit.Token));
        Assert.True(verdict.GetProperty("holds").GetBoolean(), verdict.ToString());
        Assert.Equal(rounds, verdict.GetProperty("rounds").GetArrayLength());
        string part = Path.Combine(Folder, "part.audit");
        Assert.Equal(
            0,
            (await RunAsync(
                ["audit", "export", "--data", Volume("aggregator"), "--session", "spring", "--round", "2", "--output", part],
                limit.Token)).Code);
        Assert.Equal(0, (await RunAsync(["audit", "verify", part, "--state-from", Volume("bank-b")], limit.Token)).Code);

        // The model at a bank.
        PartyId bank = deployed.Folder.Banks[0];
        string payments = Path.Combine(deployed.Folder.FolderOf(bank), "payments"), code = deployed.Banks.CodeOf(bank);
        JsonElement model = Assert.Single(
            Json(await RunAsync(["model", "list", "--data", Volume("bank-a"), "--json"], limit.Token))
                .GetProperty("models")
                .EnumerateArray());
        Assert.Equal("scores", model.GetProperty("status").GetString());
        string digest = model.GetProperty("digest").GetString()![..12];
        Result evaluation = await RunAsync(
            ["model", "evaluate", digest, payments, "--bank", code, "--data", Volume("bank-a"), "--json"], limit.Token);
        Assert.True(evaluation.Code is 0 or 2, evaluation.Error); // so few payments may hold no laundering among the last
        Result alerts = await RunAsync(
            ["score", digest, payments, "--bank", code, "--data", Volume("bank-a"), "--alerts-per-day", "3"], limit.Token);
        Assert.Equal(0, alerts.Code);
        Assert.StartsWith("Rank,Probability,", alerts.Out);
        Result rollback = await RunAsync(["model", "rollback", digest, "--data", Volume("bank-a")], limit.Token);
        Assert.Equal((2, true), (rollback.Code, rollback.Error.Contains("is the newest", StringComparison.Ordinal)));
    }

    private static JsonElement Json(Result result)
    {
        Assert.True(result.Code == 0, $"{result.Code}: {result.Out} {result.Error}");
        return JsonDocument.Parse(result.Out).RootElement;
    }

    /// <summary>Runs one command line in a process of its own, in the consortium's folder.</summary>
    private async Task<Result> RunAsync(
        string[] arguments, CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Folder,
        };
        foreach (string argument in (string[])[Repository.CommandLine, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["CONSORTIUM_FOLDER"] = Folder;
        start.Environment["Consortium__Digest"] = deployed.Folder.Configuration.Digest.ToString();
        start.Environment["Consortium__PassphraseFile"] = Path.Combine(Folder, "operator", "passphrase");
        start.Environment["Consortium__BrokerPort"] = deployed.Broker.AddressOf(deployed.Folder.Configuration.Operator.Id).Port
            .ToString(CultureInfo.InvariantCulture);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken),
            error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new Result(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"{string.Join(' ', arguments)} did not end.\n{deployed.Logs()}");
            throw;
        }
    }

    private sealed record Result(int Code, string Out, string Error);
}
