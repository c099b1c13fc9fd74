using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Consortium.EndToEnd.Tests;

/// <summary>
/// Somebody has one bank's password at a real RabbitMQ, and none of its keys, while all daemons run: takes what is not the
/// bank's, poses as the bank, takes what is sent to it, drowns the others, sends what is too large, wears the broker out.
/// </summary>
[Collection<OneDeployment>]
public sealed class StolenPasswordTests(DeployedConsortium deployed)
{
    private const ushort AccessRejected = 403;
    private const ushort TooLarge = 406;
    private const int JunkForEachFrame = 10;
    private const int SlowConnections = 200;

    private static readonly PartyId Victim = new("bank-c"), Other = new("bank-a"), Aggregator = new("aggregator");

    private static readonly LogisticSettings Logistic = new() { Steps = 2, PositiveWeight = 5 };

    /// <summary>Long enough for a flood to meet every kind of frame in several rounds.</summary>
    private static readonly LogisticSettings Longer = new() { Steps = 4, PositiveWeight = 5 };

    [Fact]
    public async Task TakeWhatIsNotTheBanks_QueuesExchangesBindings_BrokerRejects()
    {
        using var limit = TrainedSession.Limited();
        await using BrokerThief thief = await BrokerThief.LogInAsync(deployed.Broker.AddressOf(Victim), limit.Token);
        var attempts = new Dictionary<string, Func<IChannel, Task>>
        {
            ["read another's queue"] = channel => channel.BasicConsumeAsync(
                Other.Name, autoAck: true, new AsyncEventingBasicConsumer(channel), limit.Token),
            ["read the aggregator's queue"] = channel => channel.BasicGetAsync(Aggregator.Name, autoAck: true, limit.Token),
            ["read its own dead letters"] = channel => channel.BasicGetAsync($"{Victim}.dead", autoAck: true, limit.Token),
            ["purge another's queue"] = channel => channel.QueuePurgeAsync(Other.Name, limit.Token),
            ["delete its own queue"] =
                channel => channel.QueueDeleteAsync(Victim.Name, false, false, cancellationToken: limit.Token),
            ["delete another's queue"] =
                channel => channel.QueueDeleteAsync(Other.Name, false, false, cancellationToken: limit.Token),
            ["delete its own exchange"] = channel => channel.ExchangeDeleteAsync($"{Victim}.out", cancellationToken: limit.Token),
            ["delete the aggregator's exchange"] =
                channel => channel.ExchangeDeleteAsync($"{Aggregator}.out", cancellationToken: limit.Token),
            ["declare its own exchange anew"] = channel => channel.ExchangeDeclareAsync(
                $"{Victim}.out", ExchangeType.Direct, durable: true, cancellationToken: limit.Token),
            ["declare a queue"] = channel => channel.QueueDeclareAsync("thief", cancellationToken: limit.Token),
            ["publish as the aggregator"] = channel => Publish(channel, $"{Aggregator}.out", Other),
            ["publish as another bank"] = channel => Publish(channel, $"{Other}.out", Aggregator),
            ["publish past all exchanges"] = channel => Publish(channel, string.Empty, Other),
            ["hear what others send"] =
                channel => channel.QueueBindAsync(Victim.Name, $"{Other}.out", Aggregator.Name, cancellationToken: limit.Token),
            ["hear what the aggregator sends"] =
                channel => channel.QueueBindAsync(Victim.Name, $"{Aggregator}.out", Other.Name, cancellationToken: limit.Token),
            ["reach another bank"] =
                channel => channel.QueueBindAsync(Other.Name, $"{Victim}.out", Other.Name, cancellationToken: limit.Token),
            ["cut another bank off"] =
                channel => channel.QueueUnbindAsync(Other.Name, $"{Aggregator}.out", Other.Name, cancellationToken: limit.Token),
        };

        foreach ((string what, Func<IChannel, Task> attempt) in attempts)
        {
            Assert.Equal((what, AccessRejected), (what, await thief.TryAsync(attempt, limit.Token)));
        }

        // no such route: nobody gets it
        Assert.Null(await thief.TryAsync(channel => Publish(channel, $"{Victim}.out", Other), limit.Token));
        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Logistic, "After a thief's attempts");

        async Task Publish(IChannel channel, string exchange, PartyId to) =>
            await channel.BasicPublishAsync(
                exchange, to.Name, mandatory: true, BrokerThief.Properties(Victim), new byte[] { 1 }, limit.Token);
    }

    [Fact]
    public async Task TakeWhatIsSentToTheBank_FromThePlanOn_CostsTimeUntilThePasswordIsChanged()
    {
        BrokerAddress stolen = deployed.Broker.AddressOf(Victim);
        await using BrokerThief thief = await BrokerThief.LogInAsync(stolen, TestContext.Current.CancellationToken);
        await StealAsync(thief, acknowledges: true, TestContext.Current.CancellationToken);
        await TrainedSession.EndsWherePoolingDoesAsync(
            deployed,
            Logistic,
            "Stolen from a queue",
            during: async (session, cancellation) =>
            {
                await WaitUntilMissedAsync(session, cancellation);
                // the plan, and the round's opening again and again
                await Wait.UntilAsync(() => thief.Stolen.Count >= 4, cancellation);
                foreach (byte[] body in thief.Stolen.ToArray())
                {
                    await thief.SendAsync(Aggregator, body, cancellation); // what the aggregator said, as the bank's word
                }

                await deployed.Broker.ChangePasswordAsync(Victim);
                await Wait.UntilAsync(() => !thief.IsLoggedIn, cancellation);
                await Assert.ThrowsAnyAsync<BrokerUnreachableException>(() => BrokerThief.LogInAsync(stolen, cancellation));
                await File.WriteAllTextAsync(
                    Path.Combine(deployed.Folder.FolderOf(Victim), "broker-password"), deployed.Broker.AddressOf(Victim).Password,
                    cancellation);
                deployed.Start(Victim.Name);
            });
    }

    [Fact]
    public async Task DrownTheRounds_TenJunkFramesForEachRealOne_SessionEndsAndJunkIsBounded()
    {
        using var limit = TrainedSession.Limited();
        await using BrokerThief thief = await BrokerThief.LogInAsync(deployed.Broker.AddressOf(Victim), limit.Token);
        double rejected = await deployed.CountAsync("aggregator", "consortium_bus_frames_rejected", limit.Token);
        long before = deployed.ResidentBytes("aggregator");
        byte[] chunks = [];
        int heard = 0;
        await using BrokerTap tap = await BrokerTap.StartAsync(
            deployed.Broker.AddressOfAdministrator(),
            deployed.Folder.Banks.Select(bank => (bank, Aggregator)),
            async (_, frame) =>
            {
                if (BrokerThief.IsByAThief(frame.BasicProperties))
                {
                    return;
                }

                heard++;
                byte[] body = frame.Body.ToArray();
                chunks = body.AsSpan().StartsWith("CNCF"u8) ? body : chunks;
                for (int i = 0; i < JunkForEachFrame; i++)
                {
                    byte[] forged = [.. i % 3 == 0 && chunks.Length > 0 ? chunks : body];
                    // a third is replayed as it was, maybe another bank's; the rest has its signature, or its ciphertext, bent
                    if (i % 3 != 1)
                    {
                        forged[^(1 + (i * 7))] ^= 1;
                    }

                    await thief.SendAsync(Aggregator, forged, frame.CancellationToken);
                }
            },
            limit.Token);

        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Longer, "Drowned");

        Assert.True(heard > 30, $"only {heard} frames were heard");
        Assert.True(
            await deployed.CountAsync("aggregator", "consortium_bus_frames_rejected", limit.Token)
                > rejected + (heard * JunkForEachFrame / 4),
            "junk was not rejected");
        Assert.InRange(deployed.ResidentBytes("aggregator"), 0, before + (256L << 20));
    }

    [Fact]
    public async Task SendWhatIsTooLarge_FrameAndMessageLimits_IsDeadLetteredOrRejectedByTheBroker()
    {
        using var limit = TrainedSession.Limited();
        await using BrokerThief thief = await BrokerThief.LogInAsync(deployed.Broker.AddressOf(Victim), limit.Token);
        int frame = DaemonOptions.LimitsFor(deployed.Folder.Configuration).FrameBytes,
            message = deployed.BrokerLimits.MessageBytes;
        string[] expected =
        [
            $"{nameof(RejectionReason.Malformed)}: ", // as large as a frame may be, and nothing but zeros
            $"The frame has {frame + 1} bytes; at most {frame} are taken.",
        ];
        double rejected = await deployed.CountAsync("aggregator", "consortium_bus_frames_rejected", limit.Token);

        Assert.Null(await thief.TryAsync(channel => Publish(channel, frame), limit.Token));
        Assert.Null(await thief.TryAsync(channel => Publish(channel, frame + 1), limit.Token));
        Assert.Equal(TooLarge, await thief.TryAsync(channel => Publish(channel, message + 1), limit.Token));

        await Wait.UntilAsync(
            async () => await deployed.CountAsync("aggregator", "consortium_bus_frames_rejected", limit.Token) >= rejected + 2,
            limit.Token);
        IReadOnlyList<DeadLetter> letters = await deployed.DeadLettersAsync(Aggregator, limit.Token);
        Assert.All(
            expected,
            reason => Assert.Contains(
                letters, letter => letter.Sender == Victim.Name && letter.Reason.StartsWith(reason, StringComparison.Ordinal)));
        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Logistic, "After what was too large");

        async Task Publish(IChannel channel, int bytes) =>
            await channel.BasicPublishAsync(
                $"{Victim}.out", Aggregator.Name, mandatory: true, BrokerThief.Properties(Victim), new byte[bytes], limit.Token);
    }

    [Fact]
    public async Task WearTheBrokerOut_SlowConnectionsAndAReaderThatNeverAcknowledges_SessionEnds()
    {
        using var limit = TrainedSession.Limited();
        await using SlowDrip drip = await SlowDrip.StartAsync(
            deployed.Broker.Port, SlowConnections, "AMQP\0\0\u0009\u0001"u8.ToArray(), limit.Token);
        await using BrokerThief first = await BrokerThief.LogInAsync(deployed.Broker.AddressOf(Victim), limit.Token);
        await using var others = new BrokerThieves();
        Exception rejected = await Assert.ThrowsAnyAsync<Exception>(
            () => others.LogInAsync(deployed.Broker.AddressOf(Victim), deployed.BrokerLimits.Connections, limit.Token));
        Assert.Contains($"connection limit ({deployed.BrokerLimits.Connections})", rejected.ToString(), StringComparison.Ordinal);
        await StealAsync(first, acknowledges: false, limit.Token);
        await TrainedSession.EndsWherePoolingDoesAsync(
            deployed,
            Logistic,
            "Worn out",
            during: async (session, cancellation) =>
            {
                await WaitUntilMissedAsync(session, cancellation);
                // cut off by the broker's operator, or by the broker itself when nothing is acknowledged for too long
                await first.DisposeAsync();
                deployed.Start(Victim.Name);
            });
        await Wait.UntilAsync(() => drip.Open == 0, limit.Token); // none got through its handshake in time
    }

    /// <summary>Reads the bank's queue, which has no second reader while the bank runs.</summary>
    private async Task StealAsync(BrokerThief thief, bool acknowledges, CancellationToken cancellationToken)
    {
        await deployed.KillAsync(Victim.Name);
        await thief.StealAsync(acknowledges, cancellationToken);
    }

    private Task WaitUntilMissedAsync(SessionId session, CancellationToken cancellationToken) => deployed.WaitForAsync(
        "aggregator",
        status => status.Contains($"session {session.ToString()[..16]}") && status.Contains($"waits for {Victim}\""),
        cancellationToken);
}
