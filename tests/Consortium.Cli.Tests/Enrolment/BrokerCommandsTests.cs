using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;

namespace Consortium.Cli.Tests.Enrolment;

public sealed class BrokerCommandsTests
{
    [Fact]
    public async Task Definitions_WrittenAgain_KeepThePasswordsThatMembersHave()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();
        await EnrolledConsortium.Done("broker", "definitions", "--folder", consortium.Operator);
        string password = File.ReadLines(Path.Combine(consortium.Operator, "bank-a", "broker-password")).First();
        await EnrolledConsortium.Done(
            "member", "add", await consortium.IdentityAsync("bank-d", "participant"), "--folder", consortium.Operator);

        CommandLineRun again = await CommandLineRun.Of("broker", "definitions", "--folder", consortium.Operator);
        Assert.Equal(ExitCode.BadInput, again.Code);
        Assert.Contains("--replace", again.Error);
        await EnrolledConsortium.Done("broker", "definitions", "--replace", "--folder", consortium.Operator);

        Assert.Equal(password, File.ReadLines(Path.Combine(consortium.Operator, "bank-a", "broker-password")).First());
        JsonElement users = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(consortium.Operator, "definitions.json"))).RootElement.GetProperty("users");
        Assert.Equal(11, users.GetArrayLength());
        string hash = users.EnumerateArray().Single(
            user => user.GetProperty("name").GetString() == "bank-a").GetProperty("password_hash").GetString()!;
        Assert.Equal(hash, BrokerPassword.Hash(password, Convert.FromBase64String(hash).AsSpan(0, BrokerPassword.SaltLength)));
    }

    [Fact]
    public async Task Definitions_OverTls_ListenToNothingElse()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync("--port", "5999");

        await EnrolledConsortium.Done("broker", "definitions", "--folder", consortium.Operator);

        string[] settings = File.ReadAllLines(Path.Combine(consortium.Operator, "rabbitmq.conf"));
        Assert.Contains("listeners.tcp = none", settings);
        Assert.Contains("listeners.ssl.default = 5999", settings);
    }

    [Fact]
    public async Task Definitions_ConsortiumThatDoesNotHold_WritesNothing()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.BeginAsync();

        CommandLineRun run = await CommandLineRun.Of("broker", "definitions", "--folder", consortium.Operator);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.False(File.Exists(Path.Combine(consortium.Operator, "definitions.json")));
    }
}
