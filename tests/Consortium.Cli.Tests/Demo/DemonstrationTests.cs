using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Demo;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Tests.Demo;

public sealed class DemonstrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_SmallConsortium_EqualsPooledAndSaysSoAsJson()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, TextReader.Null);

        ExitCode code = await DemoCommands.RunAsync(
            terminal, SmallDemo.Options(Path.Combine(_folder.FullName, "report.html")), isJson: true, isVerbose: false,
            TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Done, code);
        JsonElement result = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.True(result.GetProperty("identicalToPooled").GetBoolean());
        Assert.Equal(result.GetProperty("pooledDigest").GetString(), result.GetProperty("modelDigest").GetString());
        Assert.True(result.GetProperty("wireBytesPerBank").GetInt64() > 100_000);
        Assert.True(result.GetProperty("rounds").GetInt32() > 3);
        Assert.Equal(3, result.GetProperty("banks").GetArrayLength());
        JsonElement vote = result.GetProperty("vote");
        Assert.True(vote.GetProperty("isAdopted").GetBoolean() && vote.GetProperty("void").GetInt32() == 0);
        Assert.Equal(
            3,
            vote.GetProperty("accepting")
                .GetInt32() + vote.GetProperty("rejecting").GetInt32() + vote.GetProperty("abstaining").GetInt32());
    }

    [Fact]
    public async Task Run_BanksDoNotAdoptTheModel_SaysHowTheyVotedAndWritesNoReport()
    {
        using var output = new StringWriter();
        var terminal = new Terminal(output, TextWriter.Null, TextReader.Null);
        string report = Path.Combine(_folder.FullName, "report.html");

        CommandException rejected = await Assert.ThrowsAsync<CommandException>(() => DemoCommands.RunAsync(
            terminal, SmallDemo.Options(report) with { Acceptance = new AcceptanceSettings { LeastLaundering = 1_000 } },
            isJson: true, isVerbose: false, TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.Rejected, rejected.Code);
        Assert.Contains("0 of 0 votes, 3 abstained", rejected.Message, StringComparison.Ordinal);
        Assert.Contains("fewer than 1000 laundering payments", rejected.Message, StringComparison.Ordinal);
        Assert.Empty(output.ToString());
        Assert.False(File.Exists(report));
    }

    [Theory]
    [InlineData("Each bank alone ...")]
    [InlineData("Start: 3 banks, aggregator, 3 key holders ...")]
    [InlineData("Train together, encrypted ...")]
    public async Task Run_InterruptedAtAnyStage_LeavesNothingBehind(string stage)
    {
        using var interrupting = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new InterruptingWriter(stage, interrupting);
        var terminal = new Terminal(output, error, TextReader.Null);
        string report = Path.Combine(_folder.FullName, "report.html");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DemoCommands.RunAsync(
                terminal, SmallDemo.Options(report) with { Temporary = _folder.FullName }, isJson: true, isVerbose: false,
                interrupting.Token));

        Assert.Contains("Nothing is kept", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Fact]
    public void Verdict_OneBankWithAnotherModel_IsNo()
    {
        PartyId[] banks = [new PartyId("bank-001"), new PartyId("bank-002"), new PartyId("bank-003")];
        TreeEnsemble pooled = new(1, new byte[32], 0.5, []), tampered = new(1, new byte[32], 0.25, []);

        ModelVerdict same = ModelVerdict.Of(banks.ToDictionary(bank => bank, _ => (Model)pooled), pooled);
        ModelVerdict bent = ModelVerdict.Of(
            banks.ToDictionary(bank => bank, bank => (Model)(bank.Name == "bank-002" ? tampered : pooled)), pooled);

        Assert.True(same.IsIdentical);
        Assert.Equal(same.PooledDigest, same.ModelDigest);
        Assert.False(bent.IsIdentical);
        Assert.NotEqual(bent.PooledDigest, bent.ModelDigest);
    }

    [Fact]
    public void NamesOf_BanksOfAnyCharacters_AreValidAndDistinct()
    {
        var names = DemoData.NamesOf(
            [new BankId("001"), new BankId("<script>"), new BankId("A"), new BankId("a"), new BankId(new string('9', 60))]);

        Assert.Equal(["bank-001", "bank-number-2", "bank-a", "bank-number-4", "bank-number-5"], names.Select(name => name.Name));
    }

    /// <summary>Interrupts as soon as a line is written, as somebody at the terminal would on reading it.</summary>
    private sealed class InterruptingWriter(string line, CancellationTokenSource interrupting) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value == line)
            {
                interrupting.Cancel();
            }
        }
    }
}
