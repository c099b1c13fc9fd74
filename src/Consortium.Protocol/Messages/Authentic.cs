namespace Consortium.Protocol.Messages;

/// <summary>
/// A message that passed <see cref="MessageGate"/>: every signature in it is its signer's, each signer has the role for it, it is
/// bound to this consortium, and its attachments have the digests it says. Only the gate makes these, and the state machines take
/// nothing else. Whether the message belongs to the current round is for them.
/// </summary>
public readonly record struct Authentic<T>
    where T : Message
{
    internal Authentic(T message) => Message = message;

    public T Message { get; }
}
