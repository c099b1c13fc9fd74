using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>
/// A bank that dealt its key to T of J holders, sent two chunks under it, and has kept what it needs to prove things of them.
/// </summary>
internal sealed class ProvingBank : IDisposable
{
    public static readonly PublicSeed Seed = PublicSeed.Derive(new byte[32], new byte[32], 1, 1);
    public static readonly byte[] Challenge = SHA256.HashData("all that is public"u8);

    private readonly SeededRandom _dealt;

    public ProvingBank(int threshold, int holders, SlotLayout layout, int seed = 1)
    {
        (Threshold, Holders, Layout) = (threshold, holders, layout);
        _dealt = new SeededRandom($"dealt {seed}");
        Randomness = Seeded.Source(seed);
        Key = SecretKey.Generate(Randomness);
        Values = Seeded.Values(seed, 2 * layout.ValuesPerChunk, layout.Levels);
        using var encryptor = new Encryptor(Key, layout, Seed, Randomness);
        foreach (byte[] chunk in Chunks)
        {
            encryptor.Encrypt(Values.AsSpan(encryptor.NextChunk * layout.ValuesPerChunk, layout.ValuesPerChunk), chunk);
        }

        Shares = Share(Coefficients);
    }

    public int Threshold { get; }

    public int Holders { get; }

    public SlotLayout Layout { get; }

    public SeededRandomSource Randomness { get; }

    public SecretKey Key { get; }

    public ulong[] Values { get; }

    public byte[][] Chunks { get; } = [new byte[WireChunk.Size], new byte[WireChunk.Size]];

    /// <summary>What the holders have; replace them to deal another key than the chunks are under.</summary>
    public KeyShare[] Shares { get; set; }

    public short[] Coefficients
    {
        get
        {
            var coefficients = new short[RnsBasis.Degree];
            Key.CopyCoefficients(coefficients);
            return coefficients;
        }
    }

    public static DisputedPlace KeyPlace(int coefficient) => new(DisputedPlace.KeySum, coefficient);

    public KeyShare[] Share(ReadOnlySpan<short> coefficients)
    {
        short[] shared = [.. coefficients, .. new short[SharingProof.Masks]];
        SharingProof.DrawMasks(shared.AsSpan(RnsBasis.Degree), _dealt);
        return new ShamirSharing(Threshold, Holders).Split(shared, _dealt);
    }

    public OpeningStatement Statement(DisputedPlace place) =>
        new(Layout, Seed, place, place.Chunk < 0 ? default : Chunks[place.Chunk].AsMemory(), Threshold, Holders);

    public OpeningProof? Draw(DisputedPlace place) => OpeningProof.Draw(Statement(place), Key, Shares, Randomness);

    /// <summary>An honest opening proof: every holder's share, and the proof.</summary>
    public (byte[][] Shares, byte[] Proof) Proved(DisputedPlace place)
    {
        while (true)
        {
            using OpeningProof? opening = Draw(place);
            Assert.NotNull(opening);
            if (opening.TryProve(Challenge, out byte[]? proof))
            {
                return ([.. Enumerable.Range(1, Holders).Select(opening.EncodeShare)], proof);
            }
        }
    }

    /// <summary>What every holder says.</summary>
    public string?[] Verdicts(OpeningStatement statement, byte[][] shares, byte[] proof, byte[]? challenge = null) =>
        [.. Enumerable.Range(1, Holders).Select(holder =>
            OpeningProofCheck.Why(statement, holder, Shares[holder - 1], shares[holder - 1], challenge ?? Challenge, proof))];

    public void Dispose()
    {
        Key.Dispose();
        Randomness.Dispose();
        _dealt.Dispose();
        Array.ForEach(Shares, share => share.Dispose());
    }
}
