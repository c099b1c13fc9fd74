using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Hosting.Bus;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>An aggregator that bends a sum, among daemons in processes of their own and over a real RabbitMQ.</summary>
[Collection<OneDeployment>]
public sealed class WrongSumTests(DeployedConsortium deployed)
{
    [Fact]
    public async Task Session_AggregatorAddsAnEncryptionUnderKeyZero_EveryBankRejectsTheSumAndNamesIt()
    {
        PartyId self = deployed.Folder.Configuration.Aggregator.Id;
        await deployed.KillAsync(self.Name);
        try
        {
            await BendAsync(self);
        }
        finally
        {
            deployed.Start(self.Name); // the tests after this one need it
        }
    }

    private async Task BendAsync(PartyId self)
    {
        using var limit = TrainedSession.Limited();
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        var turn = new Lock();
        var sending = new List<Task>();
        PartyBus bus = null!;
        RogueAggregator rogue = null!;
        rogue = new RogueAggregator(
            deployed.Folder, Send, WaitForAsync, () =>
            {
                lock (turn)
                {
                    return Task.WhenAll(sending);
                }
            })
        {
            SendsPlanAgain = true,
        };
        void Send(PartyId to, ReadOnlyMemory<byte> body)
        {
            lock (turn)
            {
                sending.Add(bus.SendAsync(to, body, limit.Token));
            }
        }

        async Task WaitForAsync(Func<bool> condition)
        {
            bool Holds()
            {
                lock (turn)
                {
                    return condition();
                }
            }

            try
            {
                await Wait.UntilAsync(Holds, limit.Token);
            }
            catch (OperationCanceledException)
            {
                lock (turn)
                {
                    Assert.Fail(
                        $"{rogue.Approvals.Count} approvals, {rogue.Tags.Count} tags, {rogue.Releases.Count} releases; "
                        + string.Join("; ", rogue.Rejections.Select(by => $"{by.By} rejected: {by.Rejected.Detail}")));
                }
            }
        }

        Task<Delivery> ReceiveAsync(Frame frame, CancellationToken cancellationToken)
        {
            lock (turn)
            {
                return Task.FromResult(rogue.Receive(frame));
            }
        }

        await using (bus = deployed.Join(self, ReceiveAsync))
        {
            await bus.StartAsync(limit.Token);
            await rogue.BeginAsync(deployed.Banks.Session(training, training.MostRounds, "Bent"));
            UpdateManifest manifest = rogue.Update(deployed.Folder.Banks[0]).Manifest.Statement;
            byte[] added = UnderKeyZero.Encrypt(
                manifest.Shape.LayoutFor(rogue.Plan.Statement), manifest.Attempt, [1_000]);
            Signed<Cohort> cohort = rogue.Close(deployed.Folder.Banks, bend: sums => sums[0] = ForgedSum.Of(
                manifest.Shape.LayoutFor(rogue.Plan.Statement), 0,
                deployed.Folder.Banks.Select(bank => rogue.Chunks(bank)[0]).Append(added), headerOf: sums[0]));
            await rogue.AskForTagsAsync(cohort);
            foreach (Member holder in deployed.Folder.Configuration.KeyHolders)
            {
                await rogue.AskAsync(holder.Id, cohort);
            }

            await WaitForAsync(() =>
                rogue.Approvals.Count == deployed.Folder.Configuration.KeyHolders.Length
                && rogue.TagsOf(cohort).Length == deployed.Folder.Banks.Length);
            await rogue.RelayToAllAsync(cohort);
            await WaitForAsync(() => rogue.Releases.Count >= deployed.Folder.Configuration.Threshold);
            await rogue.PublishAsync(cohort);
            await WaitForAsync(() => rogue.Rejections.Count >= deployed.Folder.Banks.Length);
            Assert.Equal(
                deployed.Folder.Banks, rogue.Rejections.Select(rejection => rejection.By).Distinct().Order());
            Assert.All(rogue.Rejections, rejection =>
            {
                Assert.Equal(RejectionReason.WrongSum, rejection.Rejected.Reason);
                Assert.Contains(
                    "'aggregator', the aggregator, passes off another sum", rejection.Rejected.Detail, StringComparison.Ordinal);
            });
            Assert.Empty(rogue.Advances);
            foreach (PartyId party in deployed.Folder.Parties.Remove(self).Remove(deployed.Folder.Configuration.Operator.Id))
            {
                await bus.SendAsync(party, Abort(rogue.Plan), limit.Token);
            }
        }
    }

    private byte[] Abort(Signed<SessionPlan> plan) => MessageCodec.Encode(
        deployed.Folder.Sign(deployed.Folder.Configuration.Operator.Id, new SessionControl
        {
            Consortium = deployed.Folder.Configuration.Digest,
            Session = new SessionId(plan.Digest),
            Sequence = 1,
            Action = SessionAction.Abort,
            Reason = "the aggregator bent the sum",
        }));
}
