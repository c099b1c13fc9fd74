using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// What a bank proves, all of it public: that at one place its chunk, under the key whose shares the key holders have, carries
/// values in range and noise that can be drawn; or that one coefficient of that key can be drawn.
/// </summary>
public sealed record OpeningStatement
{
    /// <param name="layout">The session's layout.</param>
    /// <param name="seed">The attempt's public seed.</param>
    /// <param name="place">The place in dispute.</param>
    /// <param name="chunk">
    /// The bank's own chunk of that index as it was sent; empty for a key place. Not copied: it must not change.
    /// </param>
    /// <param name="threshold">T of the key's sharing.</param>
    /// <param name="holders">J of the key's sharing.</param>
    /// <exception cref="ArgumentException">
    /// The place does not exist, or there is a chunk where none belongs or none where one does.
    /// </exception>
    public OpeningStatement(
        SlotLayout layout, PublicSeed seed, DisputedPlace place, ReadOnlyMemory<byte> chunk, int threshold, int holders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(place.Chunk, DisputedPlace.KeySum, nameof(place));
        ArgumentOutOfRangeException.ThrowIfNegative(place.Coefficient, nameof(place));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place.Coefficient, RnsBasis.Degree, nameof(place));
        if (chunk.IsEmpty != (place.Chunk == DisputedPlace.KeySum))
        {
            throw new ArgumentException(
                "A place in a chunk is proven with that chunk, and a place in the key with none.", nameof(chunk));
        }

        Sharing = new ShamirSharing(threshold, holders);
        Shape = new OpeningProofShape(layout, place);
        Layout = layout;
        Seed = seed;
        Place = place;
        Chunk = chunk;
    }

    public SlotLayout Layout { get; }

    public PublicSeed Seed { get; }

    public DisputedPlace Place { get; }

    public ReadOnlyMemory<byte> Chunk { get; }

    public int Threshold => Sharing.Threshold;

    public int Holders => Sharing.Holders;

    /// <summary>Bytes of one holder's share of an opening proof.</summary>
    public int ShareLength => Shape.ShareLength;

    /// <summary>Bytes of the published proof.</summary>
    public int ProofLength => LinearProof.EncodedLength(Shape, Threshold);

    internal OpeningProofShape Shape { get; }

    private ShamirSharing Sharing { get; }
}
