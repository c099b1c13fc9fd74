using Consortium.Hosting.Bus;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Middleware;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Stands before MassTransit's own declaration of a receive endpoint's exchange and queue, and marks it as done: the broker's
/// definitions hold the topology, and a party needs, and has, no right to configure its queue.
/// </summary>
internal sealed class DeclaredQueueFilter(ReceiveSettings settings) : IFilter<ChannelContext>
{
    public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
    {
        await context.OneTimeSetup<ConfigureTopologyContext<ReceiveSettings>>(() => CheckAsync(context));
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("declaredQueue");

    private async Task CheckAsync(ChannelContext context)
    {
        context.GetOrAddPayload(() => settings);
        try
        {
            await context.QueueDeclarePassive(settings.QueueName, context.CancellationToken);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            throw new BusException(
                $"The broker has no queue '{settings.QueueName}': load the consortium's broker definitions into it.", exception);
        }
    }
}
