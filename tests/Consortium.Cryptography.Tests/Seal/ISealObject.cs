using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>An object that SEAL saves and loads, in its uncompressed binary format (version 4.1).</summary>
internal interface ISealObject<TSelf>
    where TSelf : ISealObject<TSelf>
{
    /// <summary>Bytes that <see cref="Write"/> fills, SEAL's header included.</summary>
    int ByteLength { get; }

    /// <summary>
    /// Reads one object that fills <paramref name="source"/> exactly; minors 0 to 4 of format 4 are understood.
    /// </summary>
    /// <remarks>Allocates no more than <paramref name="source"/> is long, beside a few small objects.</remarks>
    /// <exception cref="MalformedDataException">The bytes are not such an object, or exceed the limits.</exception>
    static abstract TSelf Read(ReadOnlySpan<byte> source, SealLimits limits);

    /// <param name="destination">Exactly <see cref="ByteLength"/> bytes.</param>
    void Write(Span<byte> destination);
}
