using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// All that is particular to one type of message, except its fields: who signs it, who may receive it, what it is about, how it
/// is read and checked. <see cref="MessageTable"/> has one for each type.
/// </summary>
internal sealed class MessageDefinition
{
    private MessageDefinition(MessageType type, Type messageClass, PartyRole? signer, ImmutableArray<PartyRole> recipients)
    {
        Type = type;
        MessageClass = messageClass;
        Signer = signer;
        Recipients = recipients;
    }

    internal delegate T ReadFunction<T>(ref CanonicalReader reader);

    public MessageType Type { get; }

    /// <summary>The class of the message.</summary>
    public Type MessageClass { get; }

    /// <summary>The role that signs the message's main statement; null when any role may.</summary>
    public PartyRole? Signer { get; }

    /// <summary>
    /// The roles that may receive the message. Empty for a statement that travels only as a part of other messages.
    /// </summary>
    public ImmutableArray<PartyRole> Recipients { get; }

    public bool TravelsAlone => !Recipients.IsEmpty;

    internal required ReadFunction<Message> Read { get; init; }

    /// <summary>What the gate checks before anything is known of the session.</summary>
    internal required Func<MessageGate, Message, Rejection?> Check { get; init; }

    /// <summary>The session that a message is about; null for one that is malformed.</summary>
    internal required Func<Message, SessionId?> SessionOf { get; init; }

    /// <summary>The attempt that a message is about; null for one that is about a session, or malformed.</summary>
    internal required Func<Message, AttemptId?> AttemptOf { get; init; }

    /// <summary>A signed statement about an attempt.</summary>
    internal static MessageDefinition Statement<T>(Func<T, AttemptId> attempt, params ImmutableArray<PartyRole> recipients)
        where T : class, IStatement<T> =>
        Statement<T>(signed => attempt(signed.Statement).Session, signed => attempt(signed.Statement), null, recipients);

    /// <summary>A signed statement about an attempt, with more to check than its signature.</summary>
    internal static MessageDefinition Statement<T>(
        Func<T, AttemptId> attempt, Func<MessageGate, T, Rejection?> check, params ImmutableArray<PartyRole> recipients)
        where T : class, IStatement<T> =>
        Statement<T>(signed => attempt(signed.Statement).Session, signed => attempt(signed.Statement), check, recipients);

    /// <summary>A signed statement about a session.</summary>
    internal static MessageDefinition OfSession<T>(
        Func<Signed<T>, SessionId> session, params ImmutableArray<PartyRole> recipients)
        where T : class, IStatement<T> => Statement<T>(session, _ => null, null, recipients);

    /// <summary>Signed statements with attachments, about an attempt.</summary>
    internal static MessageDefinition Composite<T>(
        MessageType type,
        PartyRole signer,
        ReadFunction<T> read,
        Func<MessageGate, T, Rejection?> check,
        Func<T, AttemptId?> attempt,
        params ImmutableArray<PartyRole> recipients)
        where T : Message => new(type, typeof(T), signer, recipients)
        {
            Read = (ref CanonicalReader reader) => read(ref reader),
            Check = (gate, message) => check(gate, (T)message),
            SessionOf = message => attempt((T)message)?.Session,
            AttemptOf = message => attempt((T)message),
        };

    private static MessageDefinition Statement<T>(
        Func<Signed<T>, SessionId> session, Func<Signed<T>, AttemptId?> attempt, Func<MessageGate, T, Rejection?>? check,
        ImmutableArray<PartyRole> recipients)
        where T : class, IStatement<T> => new(T.Type, typeof(Signed<T>), T.Signer == default ? null : T.Signer, recipients)
        {
            Read = (ref CanonicalReader reader) => Signed<T>.Read(ref reader),
            Check = (gate, message) =>
                gate.Signature((Signed<T>)message) ?? check?.Invoke(gate, ((Signed<T>)message).Statement),
            SessionOf = message => session((Signed<T>)message),
            AttemptOf = message => attempt((Signed<T>)message),
        };
}
