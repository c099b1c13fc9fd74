using System.Runtime.Versioning;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Learning.Payments;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;

namespace Consortium.Cli.Tests.Enrolment;

[UnsupportedOSPlatform("windows")]
public sealed class InitCommandTests
{
    private static readonly string[] Small = ["--payments", "1000", "--days", "7"];

    [Fact]
    public async Task Init_OverAnExistingConsortium_IsRejectedAndChangesNothing()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.BeginAsync();
        string file = Path.Combine(consortium.Operator, "consortium.json"), before = File.ReadAllText(file);

        foreach (string[] kind in (string[][])[["--generate-passphrase"], ["--trial"]])
        {
            CommandLineRun again = await CommandLineRun.Of(["init", "--folder", consortium.Operator, .. kind]);

            Assert.Equal(ExitCode.BadInput, again.Code);
            Assert.Contains("is there already", again.Error);
            Assert.Single(again.Error.TrimEnd().Split('\n'));
        }

        Assert.Equal(before, File.ReadAllText(file));
    }

    [Fact]
    public async Task Init_IntoAFolderWithOtherFiles_TouchesNoneOfThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("notes.txt", "mine");
        Directory.CreateDirectory(folder["operator"]);

        CommandLineRun run = await CommandLineRun.Of("init", "--folder", folder.Path, "--generate-passphrase");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(folder["operator"], run.Error);
        Assert.Equal(
            [folder["notes.txt"], folder["operator"]],
            Directory.EnumerateFileSystemEntries(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Init_NobodyToAskForAPassphrase_NamesTheOptions()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("init", "--folder", folder["new"]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--passphrase-file", run.Error);
        Assert.False(Directory.Exists(folder["new"]));
    }

    [Theory]
    [InlineData("participants: List at least 3 banks", "--banks", "2")]
    [InlineData("minimumCohort: Use at most 4", "--banks", "4", "--minimum-cohort", "5")]
    [InlineData("threshold: Use 3 to 4 for 4 key holders, not 2", "--threshold", "2")]
    [InlineData("threshold: Use 3 to 5 for 5 key holders, not 2", "--key-holders", "5", "--threshold", "2")]
    [InlineData("keyHolders: List 2 to 255 key holders", "--key-holders", "1")]
    [InlineData("--threshold: use 2 to 255, not 1", "--threshold", "1")]
    [InlineData("--banks: use 0 to 64, not 100", "--banks", "100")]
    public async Task Trial_ThatCannotWork_SaysWhatToUseAndLeavesNothing(string expected, params string[] options)
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of(["init", "--folder", folder["new"], "--trial", .. options]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.False(Directory.Exists(folder["new"]));
    }

    [Fact]
    public async Task Trial_OptionsWithoutIt_AreRejected()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("init", "--folder", folder["new"], "--banks", "4", "--generate-passphrase");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("--banks is for --trial", run.Error);
    }

    [Fact]
    public async Task Trial_Interrupted_LeavesNothing()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Interrupted(["init", "--folder", folder["new"], "--trial", .. Small]);

        Assert.Equal(ExitCode.Interrupted, run.Code);
        Assert.False(Directory.Exists(folder["new"]));
    }

    [Fact]
    public async Task Trial_FolderThatSettingsFilesCannotName_IsRejectedBeforeAnythingIsWritten()
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of(["init", "--folder", folder["it's a trial"], "--trial", .. Small]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("Docker and systemd read differently", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["it's a trial"]));
    }

    [Fact]
    public async Task Trial_EveryParty_HasWhatItsDaemonNeeds()
    {
        using var folder = new TemporaryFolder();
        string home = folder["a-trial"];
        await EnrolledConsortium.Done(
            ["init", "--folder", home, "--trial", "--banks", "4", "--key-holders", "5", "--threshold", "3", .. Small]);

        await EnrolledConsortium.Done("check", "--folder", home);
        ConsortiumConfiguration configuration = ConsortiumFile.Parse(
            File.ReadAllBytes(Path.Combine(home, "consortium.json"))).ToConfiguration();
        Assert.Equal((4, 5, 3), (configuration.Participants.Length, configuration.KeyHolders.Length, configuration.Threshold));
        foreach (
            Member member in (Member[])[
                .. configuration.Participants, .. configuration.KeyHolders, configuration.Aggregator, configuration.Operator])
        {
            string party = Path.Combine(home, member.Id.Name);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(party));
            foreach (string secret in (string[])["identity", "passphrase", "broker-password"])
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(party, secret)));
            }

            using PrivateIdentity identity = IdentityFile.Load(
                Path.Combine(party, "identity"), File.ReadLines(Path.Combine(party, "passphrase")).First());
            Assert.Equal(member.Identity, identity.Public);
            if (member.Role == PartyRole.Participant)
            {
                BankPolicy.Parse(File.ReadAllBytes(Path.Combine(party, "policy.json")));
                var options = new PaymentReadOptions { OwnBank = new BankId(member.Id.Name) };
                Assert.True(PaymentReader.ReadAll(Path.Combine(party, "payments", "0001.csv"), options, out _).Count > 0);
            }

            if (member.Role != PartyRole.Operator)
            {
                Assert.Contains(
                    $"Consortium__Digest={configuration.Digest}", File.ReadAllLines(Path.Combine(party, "daemon.env")));
            }
        }
    }

    [Fact]
    public async Task Trial_SameSeed_SamePayments()
    {
        using var folder = new TemporaryFolder();
        foreach ((string name, string seed) in ((string, string)[])[("one", "7"), ("two", "7"), ("three", "8")])
        {
            await EnrolledConsortium.Done(["init", "--folder", folder[name], "--trial", "--seed", seed, .. Small]);
        }

        string Payments(string name) => File.ReadAllText(Path.Combine(folder[name], "bank-c", "payments", "0001.csv"));
        Assert.Equal(Payments("one"), Payments("two"));
        Assert.NotEqual(Payments("one"), Payments("three"));
    }
}
