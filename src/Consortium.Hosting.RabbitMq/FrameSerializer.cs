using System.Net.Mime;
using System.Runtime.Serialization;
using MassTransit;
using MassTransit.Serialization;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// MassTransit's serializer for frames: the body is the frame's bytes and nothing else, so ciphertext is never re-encoded. It is
/// the only one configured, so whatever content type a message claims, nothing but its bytes is read.
/// </summary>
internal sealed class FrameSerializer : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    public ContentType ContentType { get; } = new(HeaderNames.ContentType);

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class =>
        context.Message is FrameMessage frame
            ? new FrameBody(frame.Body)
            : throw new SerializationException($"{typeof(T)} is no frame.");

    public MessageBody GetMessageBody(string text) => throw new NotSupportedException("A frame is binary.");

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(
            receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        new FrameSerializerContext(
            this, new RawMessageContext(headers, destinationAddress, RawSerializerOptions.Default),
            new FrameMessage(body.GetBytes()));

    public void Probe(ProbeContext context) => context.CreateScope("frame").Add("contentType", ContentType.MediaType);
}
