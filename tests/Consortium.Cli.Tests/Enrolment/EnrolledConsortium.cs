using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Enrolment;

/// <summary>A consortium set up as in life: every member in a folder of its own, and documents that go to the operator.</summary>
internal sealed class EnrolledConsortium : IDisposable
{
    private readonly TemporaryFolder _folders = new();

    public string Operator => _folders["operator-home"];

    public string this[string name] => _folders[name];

    /// <summary>Begins a consortium and enrols nobody.</summary>
    public static async Task<EnrolledConsortium> BeginAsync(params string[] options)
    {
        var consortium = new EnrolledConsortium();
        await Done(["init", "--folder", consortium.Operator, "--generate-passphrase", .. options]);
        return consortium;
    }

    /// <summary>Three banks, four key holders and an aggregator.</summary>
    public static async Task<EnrolledConsortium> CompleteAsync(params string[] options)
    {
        EnrolledConsortium consortium = await BeginAsync(options);
        foreach ((string name, string role) in ((string, string)[])
            [("bank-a", "participant"), ("bank-b", "participant"), ("bank-c", "participant"),
             ("supervisor", "key-holder"), ("auditor", "key-holder"), ("notary", "key-holder"), ("registry", "key-holder"),
             ("relay", "aggregator")])
        {
            await Done("member", "add", await consortium.IdentityAsync(name, role), "--folder", consortium.Operator);
        }

        return consortium;
    }

    public static async Task<CommandLineRun> Done(params string[] args)
    {
        CommandLineRun run = await CommandLineRun.Of(args);
        Assert.True(run.Code == ExitCode.Done, $"`{string.Join(' ', args)}` gave {run.Code}: {run.Error}");
        return run;
    }

    /// <summary>Makes a member's keys in its own folder and gives the document that it sends.</summary>
    public async Task<string> IdentityAsync(string name, string role, string home = "")
    {
        string folder = _folders[$"{name}-home{home}"];
        await Done("identity", "new", name, "--role", role, "--folder", folder, "--generate-passphrase");
        return Path.Combine(folder, name, $"{name}.identity.json");
    }

    public void Dispose() => _folders.Dispose();
}
