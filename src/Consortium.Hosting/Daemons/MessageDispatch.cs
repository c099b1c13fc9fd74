using Consortium.Hosting.Bus;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// Hands each message to the role's handler of its type. <see cref="MessageTable"/> says which types a role receives: a dispatch
/// that lacks one of them, or has another, cannot be completed, so no daemon starts with it.
/// </summary>
public sealed class MessageDispatch(Party party)
{
    private readonly Dictionary<Type, Func<Frame, Message, CancellationToken, Task<Delivery>>> _handlers = [];

    public MessageDispatch On<T>(Func<Frame, T, CancellationToken, Task<Delivery>> handle)
        where T : Message
    {
        _handlers.Add(typeof(T), (frame, message, cancellationToken) => handle(frame, (T)message, cancellationToken));
        return this;
    }

    /// <summary>Lets a message pass the gate, then has <paramref name="decide"/> decide on it in one transaction.</summary>
    public MessageDispatch On<T>(Func<StateTransaction, Authentic<T>, Transition> decide)
        where T : Message =>
        On<T>((frame, message, cancellationToken) => party.AdmitAsync(frame, message, decide, cancellationToken));

    /// <summary>Ends the list of handlers.</summary>
    /// <exception cref="InvalidOperationException">It is not the list of types that the role receives.</exception>
    public MessageDispatch Complete()
    {
        Type[] received = [.. MessageTable.ReceivedBy(party.Self.Role)];
        Type[] odd = [.. received.Except(_handlers.Keys), .. _handlers.Keys.Except(received)];
        return odd.Length == 0
            ? this
            : throw new InvalidOperationException(
                $"The message table and the dispatch of a {party.Self.Role} differ in "
                + $"{string.Join(", ", odd.Select(type => type.ToString()))}.");
    }

    /// <summary>
    /// Decodes a frame and handles its message. A frame that is no message, or none for this role, is rejected.
    /// </summary>
    public Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        Message message;
        try
        {
            message = MessageCodec.Decode(frame.Body, party.Configuration.Limits);
        }
        catch (MalformedDataException malformed)
        {
            return Task.FromResult(Delivery.Rejected($"{RejectionReason.Malformed}: {malformed.Message}"));
        }

        return MessageTable.NotFor(party.Self.Role, message) is Rejection rejection
            ? Task.FromResult(Delivery.Rejected($"{rejection.Reason}: {rejection.Detail}"))
            : _handlers[message.GetType()](frame, message, cancellationToken);
    }
}
