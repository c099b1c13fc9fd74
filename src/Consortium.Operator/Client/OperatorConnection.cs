using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Client;

/// <summary>
/// The operator's place on the bus: signs plans and controls, and receives what the aggregator passes on. Only what passes the
/// gate is
/// received; anything else becomes a dead letter.
/// </summary>
public sealed class OperatorConnection : IAsyncDisposable
{
    private readonly ConsortiumConfiguration _configuration;
    private readonly PrivateIdentity _identity;
    private readonly MessageGate _gate;
    private readonly Func<Message, CancellationToken, Task> _receive;
    private readonly PartyBus _bus;

    /// <param name="receive">Told of every message, one at a time or several at once; the message is acknowledged when it
    /// returns.</param>
    public OperatorConnection(
        ConsortiumConfiguration configuration,
        PrivateIdentity identity,
        Func<PartyId, FrameHandler, BusSurroundings, PartyBus> joinBus,
        BusSurroundings surroundings,
        Func<Message, CancellationToken, Task> receive)
    {
        _configuration = configuration;
        _identity = identity;
        _receive = receive;
        _gate = new MessageGate(configuration, Self);
        _bus = joinBus(Self, HandleAsync, surroundings);
    }

    private PartyId Self => _configuration.Operator.Id;

    public Task StartAsync(CancellationToken cancellationToken) => _bus.StartAsync(cancellationToken);

    /// <summary>How many others read the operator's queue. Asked before <see cref="StartAsync"/>.</summary>
    public Task<int> CountReadersAsync(CancellationToken cancellationToken) => _bus.CountReadersAsync(cancellationToken);

    /// <summary>Signs a plan or a control.</summary>
    public Signed<T> Sign<T>(T statement)
        where T : class, IStatement<T> => Signed<T>.Create(Self, statement, _identity);

    /// <summary>Sends the aggregator a message, which takes it to whom it concerns.</summary>
    public Task SendAsync(Message message, CancellationToken cancellationToken) =>
        _bus.SendAsync(_configuration.Aggregator.Id, MessageCodec.Encode(message), cancellationToken);

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private async Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        Message message;
        try
        {
            message = MessageCodec.Decode(frame.Body, _configuration.Limits);
        }
        catch (MalformedDataException malformed)
        {
            return Delivery.Rejected($"{RejectionReason.Malformed}: {malformed.Message}");
        }

        Rejection? rejection = MessageTable.NotFor(PartyRole.Operator, message);
        if (rejection is null && _gate.TryAdmit(message, out _, out rejection))
        {
            await _receive(message, cancellationToken);
            return Delivery.Accepted;
        }

        return Delivery.Rejected($"{rejection!.Reason}: {rejection.Detail}");
    }
}
