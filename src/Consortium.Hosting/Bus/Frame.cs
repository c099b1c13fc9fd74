using System.Diagnostics;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Bus;

/// <summary>
/// What travels on the bus: opaque bytes and who published them. Over RabbitMQ the sender is vouched for by the broker, which
/// lets a party publish through its own exchange only; what the bytes claim is for the protocol's signatures to prove.
/// </summary>
public sealed class Frame
{
    private Digest? _digest;

    internal Frame(ReadOnlyMemory<byte> body, PartyId sender, ActivityContext trace)
    {
        Body = body;
        Sender = sender;
        Trace = trace;
    }

    public ReadOnlyMemory<byte> Body { get; }

    public PartyId Sender { get; }

    /// <summary>
    /// The trace that the sender was in, so that one round is one trace at every party. Default when it was in none.
    /// </summary>
    public ActivityContext Trace { get; }

    /// <summary>SHA-256 of the body: what makes a redelivered frame known again.</summary>
    public Digest Digest => _digest ??= Digest.Of(Body.Span);
}
