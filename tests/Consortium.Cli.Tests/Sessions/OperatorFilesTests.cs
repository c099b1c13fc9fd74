using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Cli.Tests.Sessions;

/// <summary>What the operator's commands say when they are run in the wrong place.</summary>
public sealed class OperatorFilesTests
{
    [Fact]
    public async Task Watch_NoConsortiumInTheFolder_NamesTheFileAndTheOption()
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of("session", "watch", "--folder", Path.Combine(folder.Path, "nowhere"));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("consortium.json", run.Error);
        Assert.Contains("--folder", run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Watch_OnAnothersMachine_SaysWhoseKeysAreMissing()
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of("session", "watch", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("operator", run.Error);
    }

    [Fact]
    public async Task Watch_AnotherPartysIdentity_NamesIt()
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
        Write(folder);
        string own = folder.FolderOf(new PartyId("operator")), others = folder.FolderOf(new PartyId("bank-b"));
        File.Copy(Path.Combine(others, "identity"), Path.Combine(own, "identity"), overwrite: true);
        File.Copy(Path.Combine(others, "passphrase"), Path.Combine(own, "passphrase"), overwrite: true);

        CommandLineRun run = await CommandLineRun.Of("session", "watch", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("that of 'bank-b', a Participant", run.Error);
    }

    [Fact]
    public async Task Watch_ConfigurationThatNobodySigned_IsRejected()
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
        Write(folder);
        File.Delete(Path.Combine(folder.Path, "consortium.signature.json"));

        CommandLineRun run = await CommandLineRun.Of("session", "watch", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("consortium sign", run.Error);
    }

    [Fact]
    public async Task Watch_ConfigurationThatAnotherOperatorSigned_IsRejected()
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
        using var other = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
        Write(folder);
        foreach (string name in (string[])["consortium.json", "consortium.signature.json"])
        {
            File.Copy(Path.Combine(other.Path, name), Path.Combine(folder.Path, name), overwrite: true);
        }

        CommandLineRun run = await CommandLineRun.Of("session", "watch", "--folder", folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("of nobody in this consortium", run.Error);
    }

    [Fact]
    public async Task Watch_NoBroker_SaysWhereItLookedAndExitsAsDocumented()
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
        Write(folder);
        string nobody = $"127.0.0.1:{FreePorts.Take()}";

        CommandLineRun run = await CommandLineRun.Of("session", "watch", "--folder", folder.Path, "--broker", nobody);

        Assert.Equal(ExitCode.NotReached, run.Code);
        Assert.Contains(nobody, run.Error);
        Assert.Contains("--broker", run.Error);
    }

    [Theory]
    [InlineData("session", "show", "spring")]
    [InlineData("round", "list", "--session", "spring")]
    public async Task Show_UnknownSession_PointsAtTheList(params string[] command)
    {
        using var folder = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);

        CommandLineRun run = await CommandLineRun.Of([.. command, "--offline", "--folder", folder.Path]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("session start", run.Error);
    }

    private static void Write(ConsortiumFolder folder)
    {
        folder.WriteCredentials(_ => "secret");
        foreach (PartyId party in folder.Parties)
        {
            string passphrase = Path.Combine(folder.FolderOf(party), "passphrase");
            DurableFile.Replace(passphrase, File.ReadAllBytes(passphrase), ownerOnly: true);
        }
    }
}
