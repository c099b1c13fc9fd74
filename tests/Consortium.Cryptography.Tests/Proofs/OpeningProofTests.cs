using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>Honest opening proofs: they hold at every holder, once, and leave nothing behind.</summary>
public sealed class OpeningProofTests
{
    public static TheoryData<int, int> Committees => new() { { 2, 3 }, { 3, 5 }, { 2, 2 } };

    internal static IEnumerable<SlotLayout> Layouts =>
    [
        SlotLayout.For(3, 65536), SlotLayout.For(10, 65536), SlotLayout.For(3, 2), SlotLayout.For(10, 1000), SlotLayout.For(1, 3),
        SlotLayout.For(3, 1ul << 33), SlotLayout.For(3, 100_003), SlotLayout.For(1, ulong.MaxValue - 1),
    ];

    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_HonestOpeningProof_HoldsAtEveryHolder(int threshold, int holders)
    {
        using var random = new SeededRandom($"places {threshold} {holders}");
        foreach (SlotLayout layout in Layouts)
        {
            using var bank = new ProvingBank(threshold, holders, layout, seed: threshold + layout.Slots);
            DisputedPlace[] places =
            [
                new(0, 0), new(1, RnsBasis.Degree - 1), new(random.Next(2), random.Next(RnsBasis.Degree)),
                ProvingBank.KeyPlace(0), ProvingBank.KeyPlace(random.Next(RnsBasis.Degree)),
            ];
            foreach (DisputedPlace place in places)
            {
                OpeningStatement statement = bank.Statement(place);
                (byte[][] shares, byte[] proof) = bank.Proved(place);

                Assert.All(bank.Verdicts(statement, shares, proof), Assert.Null);
                Assert.All(shares, share => Assert.Equal(statement.ShareLength, share.Length));
                Assert.Equal(statement.ProofLength, proof.Length);
            }
        }
    }

    /// <summary>The shares that the opening proof goes on from may be those of any T holders.</summary>
    [Fact]
    public void Draw_SharesOfOtherHolders_GivesAProofThatHolds()
    {
        using var bank = new ProvingBank(3, 5, SlotLayout.For(3, 65536));
        OpeningStatement statement = bank.Statement(new(0, 1));
        using OpeningProof? opening = OpeningProof.Draw(
            statement, bank.Key, [bank.Shares[4], bank.Shares[0], bank.Shares[3]], bank.Randomness);

        Assert.NotNull(opening);
        Assert.True(opening.TryProve(ProvingBank.Challenge, out byte[]? proof));
        Assert.All(bank.Verdicts(statement, [.. Enumerable.Range(1, 5).Select(opening.EncodeShare)], proof), Assert.Null);
    }

    [Fact]
    public void Draw_TooFewSharesOneTwiceOrOtherVectors_IsRejected()
    {
        using var bank = new ProvingBank(2, 3, SlotLayout.For(3, 65536));
        OpeningStatement statement = bank.Statement(new(0, 1));
        KeyShare[] shortShares = new ShamirSharing(2, 3).Split(new short[100], RandomNumberGenerator.Create());
        foreach (KeyShare[] shares in new KeyShare[][] { [bank.Shares[0]], [bank.Shares[1], bank.Shares[1]], shortShares })
        {
            Assert.Throws<ArgumentException>(() => OpeningProof.Draw(statement, bank.Key, shares, RandomSource.OperatingSystem));
        }
    }

    /// <summary>What the README's bounds on soundness and on masks reckon with, for layouts that take the most bits.</summary>
    [Fact]
    public void Shape_SmallLevels_StaysBelowTheDegreesOfTheBounds()
    {
        for (int banks = 1; banks <= 5; banks++)
        {
            for (ulong levels = 2; levels < 300; levels++)
            {
                SlotLayout layout = SlotLayout.For(banks, levels);
                Assert.InRange(new OpeningProofShape(layout, new(0, 0)).ProductNodes, 30, 1023);
            }
        }

        Assert.Equal(259, DiscreteGaussian.LargestMagnitude);
    }

    /// <summary>
    /// Bytes that holders of another version must read alike: a digest of a share and of the proof of one seeded opening proof.
    /// </summary>
    [Fact]
    public void EncodeShare_SeededOpeningProof_IsAsRecorded()
    {
        using var bank = new ProvingBank(2, 3, SlotLayout.For(3, 1000));
        (byte[][] shares, byte[] proof) = bank.Proved(new(1, 4000));

        Assert.Equal((77_104, 8_992), (shares[0].Length, proof.Length));
        Assert.Equal("61ddfc6a952c1dceaeb1c42b32731c89b1583a59c92611e81f3f8605ed365e80", Digest(shares[2]));
        Assert.Equal("2169f39acd04715033a932f32e13f6a520a7d98f0641e4d267caa67ee1cc4605", Digest(proof));

        static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    [Fact]
    public void Statement_PlaceThatDoesNotExist_IsRejected()
    {
        SlotLayout layout = SlotLayout.For(3, 65536);
        byte[] chunk = new byte[WireChunk.Size];
        foreach ((DisputedPlace place, byte[] bytes) in new[]
        {
            (new DisputedPlace(-2, 0), chunk),
            (new(0, -1), chunk),
            (new(0, 4096), chunk),
            (new(0, 0), []),
            (ProvingBank.KeyPlace(0), chunk),
        })
        {
            Assert.ThrowsAny<ArgumentException>(() => new OpeningStatement(layout, ProvingBank.Seed, place, bytes, 2, 3));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new OpeningStatement(layout, ProvingBank.Seed, new(0, 0), chunk, 4, 3));
    }

    [Fact]
    public void TryProve_Twice_IsRejected()
    {
        using var bank = new ProvingBank(2, 3, SlotLayout.For(3, 2));
        using OpeningProof? opening = bank.Draw(new(0, 1));

        Assert.NotNull(opening);
        opening.TryProve(ProvingBank.Challenge, out _);
        Assert.Throws<InvalidOperationException>(() => opening.TryProve(ProvingBank.Challenge, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => opening.EncodeShare(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => opening.EncodeShare(0));
    }

    /// <summary>
    /// Masks that make a row too large come up once in 36,000 proofs; here they are forced, and nothing is shown.
    /// </summary>
    [Fact]
    public void TryProve_RowBeyondItsBound_ShowsNothing()
    {
        using var bank = new ProvingBank(2, 3, SlotLayout.For(3, 2));
        using OpeningProof? opening = bank.Draw(new(0, 1));
        Assert.NotNull(opening);
        foreach ((SharedVector vector, int i) in opening.Dealing.Vectors.Select((vector, i) => (vector, i)))
        {
            vector.Row(0)[i == 0 ? RnsBasis.Degree : bank.Statement(new(0, 1)).Shape.MasksAt] = 20_000;
        }

        Assert.False(opening.TryProve(ProvingBank.Challenge, out byte[]? proof));
        Assert.Null(proof);
    }

    [Fact]
    public void Dispose_SecretsSeenThroughTheBuffers_AreZero()
    {
        using var bank = new ProvingBank(2, 3, SlotLayout.For(3, 65536));
        OpeningProof? opening = bank.Draw(new(0, 1));
        Assert.NotNull(opening);
        SharedVector[] vectors = opening.Dealing.Vectors;
        Assert.All(vectors, vector => Assert.True(vector.Row(0).ContainsAnyExcept(0u) && vector.Row(1).ContainsAnyExcept(0u)));

        opening.Dispose();

        Assert.All(vectors, vector => Assert.False(vector.Row(0).ContainsAnyExcept(0u) || vector.Row(1).ContainsAnyExcept(0u)));
        Assert.Throws<ObjectDisposedException>(() => opening.EncodeShare(1));
        Assert.Throws<ObjectDisposedException>(() => opening.TryProve(ProvingBank.Challenge, out _));
        Assert.Equal("OpeningProof(redacted)", opening.ToString());
    }
}
