using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Participant.Tests;

/// <summary>Every role answers every type that the table says it receives, and no other.</summary>
public sealed class MessageDispatchTests : IDisposable
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private readonly MemoryStorage _memory = new();
    private readonly OpenStorage _storage;

    public MessageDispatchTests() => _storage = _memory.Open(new DatabaseSchema(1, [FrameJournal.Migration]), FaultPoints.None);

    public void Dispose()
    {
        _storage.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Complete_HandlerMissing_NamesTheType()
    {
        var dispatch = new MessageDispatch(Party("holder-a")).On<CohortClosed>(Accept);
        var problem = Assert.Throws<InvalidOperationException>(dispatch.Complete);
        Assert.Contains(nameof(OpeningProofRelayed), problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(CohortClosed), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_HandlerOfATypeForOthers_NamesTheType()
    {
        var dispatch = new MessageDispatch(Party("holder-a")).On<RoundRecorded>(Accept);
        Assert.Contains(
            nameof(RoundRecorded), Assert.Throws<InvalidOperationException>(dispatch.Complete).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bank-a")]
    [InlineData("holder-a")]
    [InlineData("aggregator")]
    public async Task Handle_MessageForOtherRoles_IsRejectedByTheTable(string name)
    {
        Party party = Party(name);
        var dispatch = new MessageDispatch(party);
        foreach (Message sample in new SampleRound(Members).OneOfEach().Where(
            sample => MessageTable.NotFor(party.Self.Role, sample) is not null))
        {
            Delivery delivery = await dispatch.HandleAsync(
                new Frame(MessageCodec.Encode(sample), sample.Sender, default), CancellationToken.None);
            Assert.Equal(Delivery.Rejected($"WrongRole: {sample.Type} is not for a party of role {party.Self.Role}"), delivery);
        }
    }

    [Fact]
    public void Trace_MessagesOfADispute_AreInTheRoundsTrace()
    {
        var round = new SampleRound(Members);
        foreach (MessageType type in new[]
        {
            MessageType.SumDisputed,
            MessageType.DisputeRelayed,
            MessageType.OpeningProofSubmitted,
            MessageType.OpeningProofRelayed,
            MessageType.OpeningProofJudged,
        })
        {
            Assert.Equal(
                RoundTrace.ParentOf(round.Attempt), RoundTrace.ParentOf(round.OneOfEach().Single(sample => sample.Type == type)));
        }
    }

    private static Transition Accept<T>(StateTransaction state, Authentic<T> message)
        where T : Message => new(Delivery.Accepted, []);

    private Party Party(string name)
    {
        Member self = Members.Configuration.Find(new PartyId(name))!;
        return new Party(
            Members.Configuration, self, Members.Identity(name), _storage, NullLoggerFactory.Instance, TimeProvider.System);
    }
}
