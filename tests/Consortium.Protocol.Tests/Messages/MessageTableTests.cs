using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

/// <summary>
/// A type of message that is missing anywhere fails here, in <see cref="VectorTests"/> or at the start of a role.
/// </summary>
public sealed class MessageTableTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members);
    private static readonly Message[] Samples = [.. Round.OneOfEach()];

    public static TheoryData<MessageType> All => [.. Enum.GetValues<MessageType>()];

    public static TheoryData<MessageType> Travelling =>
        [.. MessageTable.All.Where(item => item.TravelsAlone).Select(item => item.Type)];

    [Fact]
    public void All_Types_AreThoseOfTheEnumOnceEach() =>
        Assert.Equal(Enum.GetValues<MessageType>().Order(), MessageTable.All.Select(definition => definition.Type).Order());

    [Fact]
    public void All_Classes_AreThoseOfTheProtocolOnceEach()
    {
        Type[] types = typeof(Message).Assembly.GetTypes();
        IEnumerable<Type> composites = types.Where(
            type => type is { IsAbstract: false, IsGenericType: false } && type.IsSubclassOf(typeof(Message)));
        IEnumerable<Type> statements = types
            .Where(
                type => type.GetInterfaces().Any(
                    found => found.IsGenericType && found.GetGenericTypeDefinition() == typeof(IStatement<>)))
            .Select(type => typeof(Signed<>).MakeGenericType(type));
        Assert.Equal(
            composites.Concat(statements).Select(type => type.ToString()).Order(),
            MessageTable.All.Select(definition => definition.MessageClass.ToString()).Order());
    }

    [Theory, MemberData(nameof(Travelling))]
    public void Sample_TypeThatTravels_IsOfTheTablesClassAndType(MessageType type)
    {
        Message sample = Sample(type);
        Assert.Equal(type, MessageTable.Of(sample).Type);
        Assert.Equal(type, sample.Type);
    }

    [Theory, MemberData(nameof(Travelling))]
    public void About_TypeThatTravels_IsTheSamplesSessionAndAttempt(MessageType type)
    {
        Message sample = Sample(type);
        bool isOfSession =
            type is MessageType.SessionPlan or MessageType.SessionControl or MessageType.Rejected or MessageType.CatchUpRequested
                or MessageType.SessionKeyOffered or MessageType.SessionEnded or MessageType.SecretAgreed
                or MessageType.LateSumsSealed;
        Assert.Equal(Round.Session, sample.Session);
        Assert.Equal(isOfSession ? null : Round.Attempt, sample.Attempt);
    }

    [Theory, MemberData(nameof(Travelling))]
    public void Signer_TypeThatTravels_IsTheSendersRole(MessageType type)
    {
        Message sample = Sample(type);
        PartyRole? signer = MessageTable.Of(sample).Signer;
        Assert.True(signer is null || signer == Members.Configuration.Find(sample.Sender)!.Role);
    }

    [Theory, MemberData(nameof(Travelling))]
    public void NotFor_EachRole_IsNullForThoseThatTheTableNames(MessageType type)
    {
        Message sample = Sample(type);
        foreach (PartyRole role in Enum.GetValues<PartyRole>())
        {
            bool isReceived = MessageTable.ReceivedBy(role).Contains(sample.GetType());
            Assert.Equal(isReceived ? null : RejectionReason.WrongRole, MessageTable.NotFor(role, sample)?.Reason);
        }
    }

    /// <summary>Any type can be rejected, also a part of a message, and so can any reason be given.</summary>
    [Theory, MemberData(nameof(All))]
    public void Rejected_OfEachTypeAndReason_IsDecodedAgain(MessageType type)
    {
        foreach (RejectionReason reason in Enum.GetValues<RejectionReason>())
        {
            Signed<Rejected> rejected = Members.Sign(
                "bank-a",
                Rejected.For(Members.Configuration.Digest, Round.Session, type, Round.Plan.Digest, new Rejection(reason, "why")));
            Assert.Equal(rejected, MessageCodec.Decode(MessageCodec.Encode(rejected), Members.Configuration.Limits));
        }
    }

    private static Message Sample(MessageType type) => Samples.Single(sample => sample.Type == type);
}
