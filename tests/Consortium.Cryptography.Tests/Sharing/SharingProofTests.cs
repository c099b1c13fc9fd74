using System.Security.Cryptography;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Cryptography.Tests.Sharing;

public sealed class SharingProofTests
{
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    private static readonly byte[] Challenge = SHA256.HashData("all that was sealed"u8);

    private static readonly Gen<(ShamirSharing Sharing, short[] Secret)> GenSharing =
        from holders in Gen.Int[2, 9]
        from threshold in Gen.Int[2, holders]
        from secret in Gen.Short[-60, 60].Array[1, 300]
        select (new ShamirSharing(threshold, holders), secret);

    [Fact]
    public void Holds_HonestShares_AtEveryHolder() => GenSharing.Sample(
        given =>
        {
            KeyShare[] shares = Split(given.Sharing, given.Secret);
            byte[] proof = SharingProof.Create(given.Sharing.Threshold, shares, Challenge);
            Assert.Equal(SharingProof.EncodedLength(given.Sharing.Threshold), proof.Length);
            Assert.All(shares, share => Assert.True(SharingProof.Holds(given.Sharing.Threshold, share, Challenge, proof)));
        },
        iter: 300);

    /// <summary>One coefficient of one holder's share, made before the challenge is known.</summary>
    [Fact]
    public void Holds_ShareOffThePolynomial_IsFoundByItsHolder() =>
        Gen.Select(GenSharing, Gen.Int[0, 1 << 20], Gen.UShort[1, 65520]).Sample(
            (given, place, change) =>
            {
                KeyShare[] shares = Split(given.Sharing, given.Secret);
                int victim = place % shares.Length;
                using KeyShare bent = Bend(shares[victim], place % shares[victim].Coefficients, change);
                byte[] proof = SharingProof.Create(given.Sharing.Threshold, shares, Challenge);

                Assert.False(SharingProof.Holds(given.Sharing.Threshold, bent, Challenge, proof));
            },
            iter: 300);

    /// <summary>
    /// Whoever shares may make the proof of whatever was shared: with more than T holders it fits T of them at most.
    /// </summary>
    [Fact]
    public void Holds_ProofMadeOfBentShares_FitsNotMoreThanThresholdHolders() => GenSharing.Sample(
        given =>
        {
            KeyShare[] shares = Split(given.Sharing, given.Secret);
            shares[0] = Bend(shares[0], 0, 1);
            byte[] proof = SharingProof.Create(given.Sharing.Threshold, shares, Challenge);
            int holding = shares.Count(share => SharingProof.Holds(given.Sharing.Threshold, share, Challenge, proof));

            Assert.Equal(given.Sharing.Threshold, holding);
        },
        iter: 300);

    /// <summary>
    /// Two combinations that cancel under one set of weights do not under the next: the challenge is what counts.
    /// </summary>
    [Fact]
    public void Holds_OtherChallenge_IsFalse()
    {
        var sharing = new ShamirSharing(2, 3);
        KeyShare[] shares = Split(sharing, [1, 2, 3]);
        byte[] proof = SharingProof.Create(2, shares, Challenge);

        Assert.False(SharingProof.Holds(2, shares[2], SHA256.HashData("something else"u8), proof));
    }

    /// <summary>
    /// Without the key the proof could as well be random: over many sharings of one key every bit is set half the time.
    /// </summary>
    [Fact]
    public void Create_SameKeyManyTimes_IsUniform()
    {
        const int Runs = 4000;
        var sharing = new ShamirSharing(2, 3);
        var sums = new double[SharingProof.Masks * 2];
        for (int run = 0; run < Runs; run++)
        {
            byte[] proof = SharingProof.Create(2, Split(sharing, [5, -7]), Challenge);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += BitConverter.ToUInt16(proof, 2 * i);
            }
        }

        // Mean of a uniform element, six standard deviations of the mean of so many either way.
        double deviation = 65521 / Math.Sqrt(12 * Runs);
        Assert.All(sums, sum => Assert.InRange(sum / Runs, 32760 - (6 * deviation), 32760 + (6 * deviation)));
    }

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(0)]
    public void Holds_ProofOfWrongLength_IsMalformed(int length)
    {
        KeyShare[] shares = Split(new ShamirSharing(2, 3), [1]);

        Assert.Throws<MalformedDataException>(() => SharingProof.Holds(2, shares[0], Challenge, new byte[length]));
    }

    [Fact]
    public void Holds_ValueOutsideTheField_IsMalformed()
    {
        KeyShare[] shares = Split(new ShamirSharing(2, 3), [1]);
        byte[] proof = SharingProof.Create(2, shares, Challenge);
        proof.AsSpan(0, 2).Fill(0xFF);

        Assert.Throws<MalformedDataException>(() => SharingProof.Holds(2, shares[0], Challenge, proof));
    }

    [Fact]
    public void AddMasked_SumOfShares_ReconstructsWithoutMasks()
    {
        var sharing = new ShamirSharing(2, 3);
        KeyShare[] first = Split(sharing, [1, -2, 3]), second = Split(sharing, [10, 20, -30]);
        ShareSum[] sums = [.. first.Select((share, i) =>
        {
            var sum = new ShareSum(i + 1, 3);
            sum.AddMasked(share);
            sum.AddMasked(second[i]);
            return sum;
        })];

        var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(sums));
        Assert.Equal([11, 18, -27], found.Secret.Coefficients.ToArray());
        Assert.Throws<ArgumentException>(() => sums[0].Add(first[0]));
    }

    private static KeyShare[] Split(ShamirSharing sharing, short[] secret)
    {
        short[] shared = [.. secret, .. new short[SharingProof.Masks]];
        SharingProof.DrawMasks(shared.AsSpan(secret.Length), Random);
        return sharing.Split(shared, Random);
    }

    private static KeyShare Bend(KeyShare share, int coefficient, int change)
    {
        byte[] encoded = share.Encode();
        int value = (BitConverter.ToUInt16(encoded, 2 * coefficient) + change) % 65521;
        BitConverter.TryWriteBytes(encoded.AsSpan(2 * coefficient), (ushort)value);
        return KeyShare.Decode(share.Holder, share.Coefficients, encoded);
    }
}
