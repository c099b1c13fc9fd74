using System.Runtime.InteropServices;
using MassTransit;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// A frame's bytes as MassTransit's body. An array that is the whole body is handed on as it is, without a copy.
/// </summary>
internal sealed class FrameBody(ReadOnlyMemory<byte> body) : MessageBody
{
    public long? Length => body.Length;

    public Stream GetStream() => new MemoryStream(GetBytes(), writable: false);

    public byte[] GetBytes() =>
        MemoryMarshal.TryGetArray(body, out ArraySegment<byte> segment)
            && segment.Offset == 0
            && segment.Count == segment.Array!.Length
            ? segment.Array
            : body.ToArray();

    public string GetString() => throw new NotSupportedException("A frame is binary.");
}
