using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Tests.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>A password that is renewed while its party runs, in either order of broker and file.</summary>
[Collection(ImpatientCollection.Name)]
public sealed class BrokerRenewalTests(ImpatientBroker impatient)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RabbitMqBroker Broker => impatient.Broker;

    [Fact]
    public async Task Password_ChangedAtTheBrokerFirst_IsTakenUpFromItsFile()
    {
        var cell = Cell.Number(6);
        using var folder = new TemporaryFolder();
        string file = WritePassword(folder, cell.Hub);
        int arrived = 0;
        await using PartyBus hub = RabbitMqTransport.Join(
            Credentials(cell.Hub, file), new BusLimits(),
            (_, _) =>
            {
                Interlocked.Increment(ref arrived);
                return Task.FromResult(Delivery.Accepted);
            },
            TestNetwork.Surroundings());
        await using PartyBus bank = impatient.Join(cell.Bank);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await Broker.ChangePasswordAsync(cell.Hub);
        await Wait.UntilAsync(() => !hub.State.IsReady, Cancellation, ImpatientBroker.Limit);
        WritePassword(folder, cell.Hub);
        await Wait.UntilAsync(() => hub.State.IsReady, Cancellation, ImpatientBroker.Limit);

        await bank.SendAsync(cell.Hub, new byte[] { 1 }, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref arrived) == 1, Cancellation, ImpatientBroker.Limit);
        await hub.SendAsync(cell.Bank, new byte[] { 2 }, Cancellation);
    }

    [Fact]
    public async Task Password_OfItsFileIsNotTheBrokersYet_OldOneStaysInUseAndTheStateSaysWhy()
    {
        var cell = Cell.Number(7);
        using var folder = new TemporaryFolder();
        string file = WritePassword(folder, cell.Hub);
        await using PartyBus hub = RabbitMqTransport.Join(
            Credentials(cell.Hub, file), new BusLimits(), ImpatientBroker.Accept, TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);

        File.WriteAllText(file, "not known there yet");
        await Wait.UntilAsync(
            () => hub.State.Description.Contains("rejected the login", StringComparison.Ordinal), Cancellation,
            ImpatientBroker.Limit);
        Assert.True(hub.State.IsReady, hub.State.Description);
        await hub.SendAsync(cell.Bank, new byte[] { 1 }, Cancellation);

        await Broker.ChangePasswordAsync(cell.Hub);
        WritePassword(folder, cell.Hub);
        await Wait.UntilAsync(() => hub.State is (true, "connected"), Cancellation, ImpatientBroker.Limit);
        await hub.SendAsync(cell.Bank, new byte[] { 2 }, Cancellation);
    }

    private string WritePassword(TemporaryFolder folder, PartyId party)
    {
        string file = Path.Combine(folder.Path, "password");
        File.WriteAllText(file, Broker.AddressOf(party).Password);
        return file;
    }

    private BrokerCredentials Credentials(PartyId party, string file)
    {
        return new BrokerCredentials(Read(), [file], Read);

        BrokerAddress Read() => Broker.AddressOf(party) with { Password = File.ReadAllText(file) };
    }
}
