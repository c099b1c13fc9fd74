using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cryptography.Identity;

namespace Consortium.Cli.Tests.Enrolment;

public sealed class PassphraseTests
{
    private const string Secret = "correct horse battery staple";

    [Fact]
    public async Task New_AtATerminal_AsksTwiceAndShowsNothingOfIt()
    {
        Assert.SkipUnless(CommandLineProcess.HasTerminals, "script is not installed.");
        using var folder = new TemporaryFolder();
        using CommandLineProcess run = CommandLineProcess.StartAtTerminal("identity", "new", "bank-a", "--folder", folder.Path);

        await run.ReadToAsync("New passphrase for bank-a:", TestContext.Current.CancellationToken);
        await run.TypeAsync($"{Secret}\r{Secret}\r"); // pasted, the second before it is asked for
        (ExitCode code, string shown) = await run.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("fingerprint", shown);
        Assert.DoesNotContain("horse", shown);
        IdentityFile.Load(Path.Combine(folder["bank-a"], "identity"), Secret).Dispose();
    }

    [Fact]
    public async Task New_TwoThatDiffer_WriteNothing()
    {
        Assert.SkipUnless(CommandLineProcess.HasTerminals, "script is not installed.");
        using var folder = new TemporaryFolder();
        using CommandLineProcess run = CommandLineProcess.StartAtTerminal("identity", "new", "bank-a", "--folder", folder.Path);

        await run.ReadToAsync("New passphrase for bank-a:", TestContext.Current.CancellationToken);
        await run.TypeAsync(Secret + "\r");
        await run.ReadToAsync("Once more:", TestContext.Current.CancellationToken);
        await run.TypeAsync("something else altogether\r");
        (ExitCode code, string shown) = await run.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("The two differ", shown);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task New_CtrlCAtTheQuestion_EndsAndWritesNothing()
    {
        Assert.SkipUnless(CommandLineProcess.HasTerminals, "script is not installed.");
        using var folder = new TemporaryFolder();
        using CommandLineProcess run = CommandLineProcess.StartAtTerminal("init", "--folder", folder["new"]);

        await run.ReadToAsync("New passphrase for operator:", TestContext.Current.CancellationToken);
        await run.TypeAsync("\u0003");
        (ExitCode code, _) = await run.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Interrupted, code);
        Assert.False(Directory.Exists(folder["new"]));
    }
}
