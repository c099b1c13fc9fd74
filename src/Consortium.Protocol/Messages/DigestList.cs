using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Digests of chunks, bound by one root. A list rather than a tree: whoever needs one chunk's digest needs all of them, 32 bytes
/// for each 54 KiB of ciphertext.
/// </summary>
public static class DigestList
{
    /// <summary>SHA-256 over a label, the number of digests and the digests.</summary>
    public static Digest Root(ImmutableArray<Digest> digests)
    {
        var writer = new CanonicalWriter();
        writer.Ascii("consortium/1/digest-list");
        Lists.Write(writer, digests);
        return Digest.Of(writer.Written);
    }
}
