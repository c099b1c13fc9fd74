namespace Consortium.Hosting.RabbitMq;

/// <summary>MassTransit's message type for a body on its way in or out; all else about it stands in message properties.</summary>
internal sealed class FrameMessage(ReadOnlyMemory<byte> body)
{
    public ReadOnlyMemory<byte> Body { get; } = body;
}
