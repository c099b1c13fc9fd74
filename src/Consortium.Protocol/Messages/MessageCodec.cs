using Consortium.Cryptography;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Messages as bytes: a version, a type, and the message's canonical bytes to the end. Decoding proves that bytes are well-formed
/// and canonical; who said them is for <see cref="MessageGate"/>.
/// </summary>
public static class MessageCodec
{
    /// <summary>Changes with any change to any message's bytes.</summary>
    public const byte Version = 3;

    public static byte[] Encode(Message message)
    {
        var writer = new CanonicalWriter();
        writer.UInt8(Version);
        writer.UInt8((int)message.Type);
        message.Write(writer);
        return writer.ToArray();
    }

    /// <summary>The message aliases <paramref name="bytes"/>, which must not change while it lives.</summary>
    /// <exception cref="MalformedDataException">Not a message, or beyond <paramref name="limits"/>.</exception>
    public static Message Decode(ReadOnlyMemory<byte> bytes, MessageLimits limits)
    {
        if (bytes.Length > limits.MessageBytes)
        {
            throw new MalformedDataException("message", 0, $"at most {limits.MessageBytes} bytes", $"{bytes.Length} bytes");
        }

        var reader = new CanonicalReader("message", bytes, limits);
        reader.UInt8(Version, Version, "message version");
        int at = reader.Offset;
        var type = (MessageType)reader.UInt8();
        if (!MessageTable.TryFind(type, out MessageDefinition? definition) || !definition.TravelsAlone)
        {
            throw reader.Malformed(at, "the type of a message", $"{(byte)type}");
        }

        Message message = definition.Read(ref reader);
        reader.End();
        return message;
    }
}
