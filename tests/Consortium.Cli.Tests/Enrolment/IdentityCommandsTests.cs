using System.Runtime.Versioning;
using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Policies;

namespace Consortium.Cli.Tests.Enrolment;

[UnsupportedOSPlatform("windows")]
public sealed class IdentityCommandsTests
{
    [Fact]
    public async Task New_WithAPassphraseFile_KeepsKeysUnderItAndTheDocumentHoldsNoSecret()
    {
        using var folder = new TemporaryFolder();
        string passphrase = OwnersFile(folder, "correct horse battery staple");

        await EnrolledConsortium.Done(
            "identity", "new", "supervisor", "--role", "key-holder", "--passphrase-file", passphrase, "--folder", folder.Path);

        string party = folder["supervisor"];
        Assert.False(File.Exists(Path.Combine(party, "passphrase")));
        using PrivateIdentity identity = IdentityFile.Load(Path.Combine(party, "identity"), "correct horse battery staple");
        JsonElement document = JsonDocument.Parse(File.ReadAllText(Path.Combine(party, "supervisor.identity.json"))).RootElement;
        Assert.Equal("key-holder", document.GetProperty("role").GetString());
        Assert.Equal(identity.Public.Encode(), document.GetProperty("identity").GetBytesFromBase64());
        Assert.Equal(
            ["id", "role", "fingerprint", "identity", "signature"], document.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task New_WhereKeysAre_IsRejectedAndLeavesThem()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.BeginAsync();
        string party = Path.GetDirectoryName(await consortium.IdentityAsync("bank-a", "participant"))!;
        byte[] before = File.ReadAllBytes(Path.Combine(party, "identity"));

        CommandLineRun again = await CommandLineRun.Of(
            "identity", "new", "bank-a", "--folder", Path.GetDirectoryName(party)!, "--generate-passphrase");

        Assert.Equal(ExitCode.BadInput, again.Code);
        Assert.Contains("never overwritten", again.Error);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(party, "identity")));
    }

    [Theory]
    [InlineData("Bank-A")]
    [InlineData("../bank")]
    [InlineData("bank.dead")]
    [InlineData("-bank")]
    [InlineData("broker-operator")]
    [InlineData("guest")]
    [InlineData("nul")]
    [InlineData("a23456789012345678901234567890123")]
    public async Task New_NameThatFoldersOrTheBrokerWouldMisread_IsRejected(string name)
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of(
            "identity", "new", "--folder", folder.Path, "--generate-passphrase", "--", name);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"'{name}'", run.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("too short", "12 or more")]
    [InlineData("", "is empty")]
    public async Task New_PassphraseThatIsNone_IsRejected(string passphrase, string expected)
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of(
            "identity", "new", "bank-a", "--folder", folder["home"], "--passphrase-file", OwnersFile(folder, passphrase));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.False(Directory.Exists(folder["home"]));
    }

    [Fact]
    public async Task New_PassphraseFileThatOthersCanRead_IsRejected()
    {
        using var folder = new TemporaryFolder();
        string file = OwnersFile(folder, "correct horse battery staple");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        CommandLineRun run = await CommandLineRun.Of(
            "identity", "new", "bank-a", "--folder", folder.Path, "--passphrase-file", file);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains($"chmod 600 {file}", run.Error);
    }

    [Theory]
    [InlineData("boosting")]
    [InlineData("logistic")]
    public async Task New_PolicyOfABank_AllowsTheUsualPlan(string family)
    {
        using var folder = new TemporaryFolder();
        await EnrolledConsortium.Done("init", "--folder", folder["home"], "--trial", "--payments", "1000", "--days", "7");
        JsonElement plan = JsonDocument.Parse(
            (
                await EnrolledConsortium.Done(
                    "session", "start", "--first-day", "2022-01-01", "--last-day", "2022-12-31",
                    "--dry-run", "--json", "--family", family, "--folder", folder["home"])).Out).RootElement;

        BankPolicy policy = BankPolicy.Parse(File.ReadAllBytes(Path.Combine(folder["home"], "bank-a", "policy.json")));

        Assert.Contains(family, policy.Families);
        Assert.InRange(plan.GetProperty("rounds").GetInt32(), 1, policy.MaximumRounds!.Value);
        Assert.InRange(plan.GetProperty("maximumValues").GetInt32(), 1, policy.MaximumValues!.Value);
        Assert.InRange(policy.MinimumCohort!.Value, 3, plan.GetProperty("minimumCohort").GetInt32());
    }

    [Fact]
    public async Task Show_NoSuchParty_SaysWhereItLooked()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("identity", "show", "bank-a", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains(Path.Combine(folder["bank-a"], "bank-a.identity.json"), run.Error);
    }

    private static string OwnersFile(TemporaryFolder folder, string line)
    {
        string path = folder.Write("secret.txt", line.Length == 0 ? string.Empty : line + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
