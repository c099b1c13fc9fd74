using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>SEAL's objects from streams and to them. Buffers are zeroed after use, for some objects are keys.</summary>
internal static class SealStream
{
    private const int FirstBuffer = 1 << 16;

    /// <summary>Reads one object and leaves the stream after it.</summary>
    /// <remarks>The buffer grows with the bytes that arrive, to at most twice their number, whatever the header claims.</remarks>
    /// <exception cref="MalformedDataException">The bytes are not such an object, exceed the limits, or end early.</exception>
    public static T Read<T>(Stream stream, SealLimits limits)
        where T : ISealObject<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        string subject = typeof(T).Name;
        Span<byte> header = stackalloc byte[SealReader.HeaderLength];
        int count = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        long length = new SealReader(header[..count], subject).ReadHeader();
        if (length > limits.Bytes)
        {
            throw new MalformedDataException(
                subject, SealReader.SizeOffset, $"an object of at most {limits.Bytes} bytes", $"{length} bytes");
        }

        byte[] buffer = new byte[Math.Min(length, FirstBuffer)];
        try
        {
            header.CopyTo(buffer);
            while (count < length)
            {
                if (count == buffer.Length)
                {
                    byte[] larger = new byte[Math.Min(length, 2L * buffer.Length)];
                    buffer.CopyTo(larger, 0);
                    CryptographicOperations.ZeroMemory(buffer);
                    buffer = larger;
                }

                int received = stream.Read(buffer, count, buffer.Length - count);
                count += received;
                if (received == 0)
                {
                    throw new MalformedDataException(subject, count, $"{length} bytes", $"the end after {count}");
                }
            }

            return T.Read(buffer, limits);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    public static void Write<T>(Stream stream, T value)
        where T : ISealObject<T>
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] buffer = new byte[value.ByteLength];
        try
        {
            value.Write(buffer);
            stream.Write(buffer);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
