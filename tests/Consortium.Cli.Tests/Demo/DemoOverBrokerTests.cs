using Consortium.Cli.CommandLine;
using Consortium.Cli.Demo;
using Consortium.Hosting.Bus;
using Consortium.Testing;

namespace Consortium.Cli.Tests.Demo;

/// <summary>The demonstration over a real RabbitMQ as its package sets it up.</summary>
public sealed class DemoOverBrokerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_OverRabbitMq_EqualsPooledAndLeavesNoQueues()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await using RabbitMqBroker rabbit = await RabbitMqBroker.StartEmptyAsync();
        DemoBroker broker = DemoBroker.Parse($"amqp://guest:guest@127.0.0.1:{rabbit.Port}");
        using var output = new StringWriter();
        using var error = new StringWriter();

        ExitCode code = await DemoCommands.RunAsync(
            new Terminal(output, error, TextReader.Null),
            SmallDemo.Options(Path.Combine(_folder.FullName, "report.html")) with { Broker = broker }, isJson: true,
            isVerbose: false, cancellationToken);

        Assert.True(code == ExitCode.Done, error.ToString());
        Assert.Contains("\"identicalToPooled\": true", output.ToString(), StringComparison.Ordinal);
        // Queues that were left would be taken for a consortium's, and rejected.
        await using IAsyncDisposable declared = await broker.DeclareAsync(
            BusTopology.Star(new("aggregator"), [new("bank-001"), new("key-holder-1")]), cancellationToken);
        BusException rejected = await Assert.ThrowsAsync<BusException>(
            () => broker.DeclareAsync(BusTopology.Star(new("aggregator"), [new("bank-001")]), cancellationToken));
        Assert.Contains("name a virtual host without queues", rejected.Message, StringComparison.Ordinal);
        BusException wrong = await Assert.ThrowsAsync<BusException>(
            () => (broker with { Password = "wrong" }).CheckAsync(cancellationToken));
        Assert.Contains("wrong user name or password", wrong.Message, StringComparison.Ordinal);
        BusException elsewhere = await Assert.ThrowsAsync<BusException>(
            () => (broker with { VirtualHost = "missing" }).CheckAsync(cancellationToken));
        Assert.Contains("no such virtual host", elsewhere.Message, StringComparison.Ordinal);
    }
}
