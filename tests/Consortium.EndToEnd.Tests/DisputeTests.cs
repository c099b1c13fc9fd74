using System.Collections.Immutable;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Secrets;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Workloads;

namespace Consortium.EndToEnd.Tests;

/// <summary>A bank that spoils a sum, among daemons in processes of their own and over a real RabbitMQ.</summary>
/// <remarks>
/// In a deployment of its own: the dishonest bank's own daemon finds itself in a released cohort that it computed no update
/// for, and its ledger keeps it out of the same days from then on.
/// </remarks>
public sealed class DisputeTests(DeployedConsortium deployed) : IClassFixture<DeployedConsortium>
{
    private static readonly PartyId Dishonest = new("bank-e");

    private static readonly TrainingPlan Training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });

    [Fact]
    public async Task Session_BankEncryptsUnderAnotherKeyThanItShared_TheOthersAccountAndItDoesNot()
    {
        using var limit = TrainedSession.Limited();
        await deployed.KillAsync(Dishonest.Name);
        SessionPlan plan = deployed.Banks.Session(Training, Training.MostRounds, "Spoilt");
        UpdateShape shape = RoundShape.Of(TrainingState.Begin(Training).Request!.Value, plan);
        PartyBus bus = null!;
        IReadOnlyList<byte[]> sent = [];
        var keys = new Dictionary<Digest, Signed<SessionKeyOffered>>();
        UpdateSubmitted? message = null;
        async Task<Delivery> SpoilAsync(Frame frame, CancellationToken cancellationToken)
        {
            if (frame.Body.Span.StartsWith("CNCF"u8))
            {
                return Delivery.Accepted;
            }

            switch (MessageCodec.Decode(frame.Body, deployed.Folder.Configuration.Limits))
            {
                case Signed<SessionKeyOffered> offered:
                    keys[offered.Digest] = offered;
                    break;
                case Signed<RoundOpened> { Statement: { } opened }:
                    if (message is null) // asked again it sends the same again
                    {
                        using SessionSecrets secrets = TestSecrets.Agree(
                            deployed.Folder.Configuration, deployed.Folder.IdentityOf(Dishonest).Public,
                            opened.SessionKeys.Where(key => key != default).Select(key => keys[key]));
                        (message, sent) = UpdateOfTwoKeys.Create(
                            deployed.Folder, Dishonest, plan, opened.Attempt, opened.StartsFrom, shape, new long[shape.Values],
                            opened.SessionKeys, secrets);
                    }

                    foreach (byte[] body in sent.Prepend(MessageCodec.Encode(message)))
                    {
                        await bus.SendAsync(deployed.Folder.Configuration.Aggregator.Id, body, cancellationToken);
                    }

                    break;
                case Signed<Cohort> cohort: // the right tag of what it sent: only opening shows that it is spoilt
                    UpdateTag tag = TestTag.Of(
                        plan, cohort, sent.Select(body => ChunkFrame.Decode(body, deployed.Folder.Configuration.Limits)));
                    await bus.SendAsync(
                        deployed.Folder.Configuration.Aggregator.Id, MessageCodec.Encode(deployed.Folder.Sign(Dishonest, tag)),
                        cancellationToken);
                    break;
            }

            return Delivery.Accepted;
        }

        await using (bus = deployed.Join(Dishonest, SpoilAsync))
        {
            await bus.StartAsync(limit.Token);
            SessionId session = await deployed.Operator.SendAsync(plan, limit.Token);
            ImmutableArray<OpeningProofJudged> verdicts = await deployed.Operator.WaitForVerdictsAsync(
                session, 4 * deployed.Folder.Configuration.KeyHolders.Length, limit.Token);
            Assert.All(verdicts, verdict => Assert.True(verdict.Holds, verdict.Detail));
            Assert.Equal(deployed.Folder.Banks.Remove(Dishonest), verdicts.Select(verdict => verdict.Bank).Distinct().Order());
            await deployed.Operator.AbortAsync(session, "a bank spoiled the sum", limit.Token);
        }

        deployed.Start(Dishonest.Name);
    }
}
