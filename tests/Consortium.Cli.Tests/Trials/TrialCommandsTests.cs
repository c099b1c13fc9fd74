using System.Diagnostics;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Enrolment;
using Consortium.Cli.Trials;

namespace Consortium.Cli.Tests.Trials;

/// <summary>What needs no broker of <c>trial</c>; tests/Consortium.EndToEnd.Tests runs whole trials.</summary>
public sealed class TrialCommandsTests
{
    [Fact]
    public async Task Up_NoDaemonsThere_NamesTheProgramAndTheOption()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("trial", "up", "--folder", folder["home"], "--daemons", folder.Path);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.True(
            run.Error.Contains("consortium-participant.dll", StringComparison.Ordinal)
                || run.Error.Contains("rabbitmq-server", StringComparison.Ordinal),
            run.Error);
        Assert.False(Directory.Exists(folder["home"]));
    }

    [Theory]
    [InlineData("up")]
    [InlineData("down")]
    public async Task UpAndDown_ConsortiumThatIsNoTrial_AreRejected(string verb)
    {
        Assert.SkipUnless(File.Exists(TrialPrograms.Broker), "rabbitmq-server is not installed.");
        using var folder = new TemporaryFolder();
        await EnrolledConsortium.Done("init", "--folder", folder["home"], "--generate-passphrase");

        CommandLineRun run = await CommandLineRun.Of("trial", verb, "--folder", folder["home"]);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("holds no trial", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_NothingRuns_SaysSo()
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of("trial", "status", "--folder", folder.Path);

        Assert.Equal(ExitCode.DoesNotHold, run.Code);
        Assert.Contains("is down", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void IsRunning_AnotherProcessOfTheSameNumber_IsNotTaken()
    {
        ulong started = TrialProcess.StartOf(Environment.ProcessId)!.Value;

        Assert.True(new TrialProcess("self", Environment.ProcessId, started, "log", null).IsRunning);
        Assert.False(new TrialProcess("self", Environment.ProcessId, started + 1, "log", null).IsRunning);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("/a/b-c_d.e:1@x,y+z")]
    [InlineData("/home/j\u00fcrg")]
    public async Task Settings_WrittenAndRead_AreTheSame_InAShellToo(string value)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("daemon.env", ShellSettings.Write([("NAME", value), ("OTHER", "1")]));

        Assert.Equal(value, ShellSettings.Read(file)["NAME"]);
        Assert.Equal("1", ShellSettings.Read(file)["OTHER"]);
        Assert.Equal($"NAME={value}\nOTHER=1\n", File.ReadAllText(file)); // systemd and Docker take what follows = as it is
        if (!OperatingSystem.IsWindows())
        {
            using Process shell = Process.Start(
                new ProcessStartInfo("/bin/sh", ["-c", $". '{file}'; printf %s \"$NAME\""]) { RedirectStandardOutput = true })!;
            Assert.Equal(value, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("with 'quotes'")]
    [InlineData("with \"others\"")]
    [InlineData("$HOME")]
    [InlineData("`id`")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    public void Settings_ThatProgramsReadDifferently_AreNotWritten(string value) => Assert.Equal(
        ExitCode.BadInput, Assert.Throws<CommandException>(() => ShellSettings.Write([("NAME", value)])).Code);

    [Theory]
    [InlineData("NAME")]
    [InlineData("=x")]
    [InlineData("NAME='x")]
    [InlineData("NAME=a b")]
    [InlineData("NAME='x'")]
    [InlineData("NAME=\"x\"")]
    [InlineData("NAME=$(id)")]
    public void Settings_LineThatAShellWouldTakeOtherwise_IsRejected(string line)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("daemon.env", line + "\n");

        CommandException rejected = Assert.Throws<CommandException>(() => ShellSettings.Read(file));
        Assert.Equal(ExitCode.BadInput, rejected.Code);
    }
}
