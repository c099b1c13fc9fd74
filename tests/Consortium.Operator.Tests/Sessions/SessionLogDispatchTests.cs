using Consortium.Operator.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Tests;

namespace Consortium.Operator.Tests.Sessions;

/// <summary>The operator's log takes every type of message that the message table says the operator receives.</summary>
public sealed class SessionLogDispatchTests
{
    private static readonly SampleRound Round = new(TestConsortium.Instance);

    public static TheoryData<MessageType> Types => [.. Round.OneOfEach().Select(sample => sample.Type)];

    [Theory, MemberData(nameof(Types))]
    public void Add_EachSample_IsTakenIfItIsForTheOperator(MessageType type)
    {
        Message sample = Round.OneOfEach().Single(message => message.Type == type);
        var log = new SessionLog(Round.Session);
        bool isOwn = type is MessageType.SessionPlan or MessageType.SessionControl; // what the operator sends
        if (isOwn || MessageTable.NotFor(PartyRole.Operator, sample) is null)
        {
            log.Add(1, 1, sample);
            Assert.Equal(1, log.Position);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => log.Add(1, 1, sample));
        }
    }
}
