using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Cryptography.Tests.Sharing;

public sealed class ShamirSharingTests
{
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    private static readonly Gen<Cohort> GenCohort =
        from holders in Gen.Frequency((20, Gen.Int[2, 9]), (1, Gen.Int[10, 255]))
        from threshold in Gen.Int[2, holders]
        from length in Gen.Frequency((9, Gen.Int[1, 200]), (1, Gen.Int[1, 4096]))
        from secrets in Gen.Short[-2000, 2000].Array[length].Array[1, 16]
        from order in Gen.Shuffle(Enumerable.Range(0, holders).ToArray())
        from count in Gen.Int[threshold, holders]
        select new Cohort(new ShamirSharing(threshold, holders), secrets, order[..count]);

    [Fact]
    public void Reconstruct_AnyThresholdOfSums_GivesTheSumOfTheSecrets() =>
        GenCohort.Sample(
            cohort =>
            {
                ShareSum[] sums = SumShares(cohort.Sharing, cohort.Secrets);
                ShareSum[] chosen = [.. cohort.Chosen.Select(holder => sums[holder])];
                var found = Assert.IsType<Reconstruction.Found>(cohort.Sharing.Reconstruct(chosen));
                Assert.Equal(Total(cohort.Secrets), found.Secret.Coefficients.ToArray());
                Assert.Empty(found.WrongHolders);
                Assert.Equal(chosen.Length - cohort.Sharing.Threshold, found.Spare);
            },
            iter: 200);

    [Fact]
    public void Reconstruct_EveryThresholdOfSmallCommittees_GivesTheSecret()
    {
        short[] secret = [-32760, -1, 0, 1, 32760];
        foreach ((int threshold, int holders) in new[] { (2, 2), (2, 3), (3, 5), (4, 7) })
        {
            var sharing = new ShamirSharing(threshold, holders);
            ShareSum[] sums = SumShares(sharing, [secret]);
            for (uint set = 0; set < 1u << holders; set++)
            {
                ShareSum[] chosen = [.. sums.Where(sum => (set >> (sum.Holder - 1) & 1) != 0)];
                if (chosen.Length == threshold)
                {
                    var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(chosen));
                    Assert.Equal(secret, found.Secret.Coefficients.ToArray());
                }
            }
        }
    }

    [Fact]
    public void Split_EveryInstructionSet_GivesTheSameShares()
    {
        short[] secret = [.. Enumerable.Range(0, 1111).Select(i => (short)(i * 59 % 65521 - 32760))];
        var sharing = new ShamirSharing(5, 9);
        byte[][] SharesIn(InstructionSet set)
        {
            using var random = new SeededRandom("split");
            return [.. sharing.Split(secret, random, set).Select(share => share.Encode())];
        }

        byte[][] scalar = SharesIn(InstructionSet.Scalar);
        Assert.All(InstructionSets.Supported(), set => Assert.Equal(scalar, SharesIn(set)));
    }

    [Fact]
    public void Add_FourThousandBanksAtTheLargestValues_StaysExact()
    {
        var sharing = new ShamirSharing(2, 2);
        KeyShare[] largest = sharing.Split([7, -7, 0], Random);
        ShareSum[] sums = [.. largest.Select(share => new ShareSum(share.Holder, 3))];
        for (int bank = 0; bank < 4096; bank++)
        {
            sums[0].Add(largest[0]);
            sums[1].Add(largest[1].Encode());
        }

        var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(sums));
        Assert.Equal([28672, -28672, 0], found.Secret.Coefficients.ToArray());
    }

    /// <summary>
    /// Pearson's chi-square over 256 classes, and over 64 x 64 classes of pairs of shares, of T - 1 shares of one fixed secret.
    /// With a fixed seed the outcome is fixed; the limits are the 0.9999 quantiles.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(32760)]
    [InlineData(-3)]
    public void Split_OneFewerThanThreshold_SharesAreUniformWhateverTheSecret(short secret)
    {
        const int Samples = 1 << 19;
        using var random = new SeededRandom("uniform shares");
        short[] secrets = new short[65536];
        secrets.AsSpan().Fill(secret);
        var sharing = new ShamirSharing(3, 3);
        int[] single = new int[256];
        int[] pairs = new int[64 * 64];
        for (int done = 0; done < Samples; done += secrets.Length)
        {
            KeyShare[] shares = sharing.Split(secrets, random);
            for (int i = 0; i < secrets.Length; i++)
            {
                single[shares[0].Values[i] * 256 / 65521]++;
                pairs[shares[0].Values[i] * 64 / 65521 * 64 + shares[1].Values[i] * 64 / 65521]++;
            }
        }

        Assert.InRange(ChiSquare(single, Samples), 0, Quantile9999(255));
        Assert.InRange(ChiSquare(pairs, Samples), 0, Quantile9999(4095));
    }

    /// <summary>The test above can fail: a threshold of 2, whose two shares determine the secret, fails it.</summary>
    [Fact]
    public void Split_ThresholdShares_AreNotUniformTogether()
    {
        using var random = new SeededRandom("uniform shares");
        KeyShare[] shares = new ShamirSharing(2, 2).Split(new short[65536], random);
        int[] pairs = new int[64 * 64];
        for (int i = 0; i < 65536; i++)
        {
            pairs[shares[0].Values[i] * 64 / 65521 * 64 + shares[1].Values[i] * 64 / 65521]++;
        }

        Assert.True(ChiSquare(pairs, 65536) > 10 * Quantile9999(4095));
    }

    [Fact]
    public void Dispose_ZeroesSharesSumsAndSecrets()
    {
        var sharing = new ShamirSharing(2, 3);
        KeyShare[] shares = sharing.Split([1, 2, 3, 4], Random);
        var sum = new ShareSum(1, 4);
        sum.Add(shares[0]);
        var other = new ShareSum(2, 4);
        other.Add(shares[1]);
        var found = (Reconstruction.Found)sharing.Reconstruct([sum, other]);
        ReadOnlySpan<ushort> shareBuffer = shares[0].Values, sumBuffer = sum.Values, neighbour = shares[1].Values;
        ReadOnlySpan<short> secretBuffer = found.Secret.Coefficients;
        Assert.True(
            shareBuffer.ContainsAnyExcept((ushort)0)
                && sumBuffer.ContainsAnyExcept((ushort)0)
                && secretBuffer.ContainsAnyExcept((short)0));

        shares[0].Dispose();
        sum.Dispose();
        found.Secret.Dispose();

        Assert.False(shareBuffer.ContainsAnyExcept((ushort)0));
        Assert.False(sumBuffer.ContainsAnyExcept((ushort)0));
        Assert.False(secretBuffer.ContainsAnyExcept((short)0));
        Assert.True(neighbour.ContainsAnyExcept((ushort)0));
        Assert.Throws<ObjectDisposedException>(() => shares[0].Encode());
        Assert.Throws<ObjectDisposedException>(() => sum.Add(shares[1]));
        Assert.Throws<ObjectDisposedException>(() => found.Secret.Coefficients.Length);
    }

    [Fact]
    public void ToString_ShowsNoSecret()
    {
        KeyShare[] shares = new ShamirSharing(2, 2).Split([12345], Random);
        Assert.Equal("KeyShare(holder 2, redacted)", shares[1].ToString());
        Assert.Equal("ShareSum(holder 7, redacted)", new ShareSum(7, 1).ToString());
        Assert.Equal("ReconstructedSecret(redacted)", new ReconstructedSecret(new SecretMemory<short>(1)).ToString());
    }

    [Fact]
    public void Split_CoefficientBeyondTheField_IsRejected()
    {
        var sharing = new ShamirSharing(2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => sharing.Split([0, 32761], Random));
        Assert.Throws<ArgumentOutOfRangeException>(() => sharing.Split([0, -32761], Random));
        Assert.Throws<ArgumentOutOfRangeException>(() => sharing.Split([], Random));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(0, 3)]
    [InlineData(4, 3)]
    [InlineData(2, 256)]
    [InlineData(1, 1)]
    public void Constructor_ImpossibleThreshold_IsRejected(int threshold, int holders) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShamirSharing(threshold, holders));

    [Fact]
    public void Reconstruct_SumsThatDoNotBelongTogether_AreRejected()
    {
        var sharing = new ShamirSharing(2, 3);
        Assert.Throws<ArgumentException>(() => sharing.Reconstruct([new ShareSum(1, 4)]));
        Assert.Throws<ArgumentException>(() => sharing.Reconstruct([new ShareSum(1, 4), new ShareSum(1, 4)]));
        Assert.Throws<ArgumentException>(() => sharing.Reconstruct([new ShareSum(1, 4), new ShareSum(2, 5)]));
        Assert.Throws<ArgumentException>(() => sharing.Reconstruct([new ShareSum(1, 4), new ShareSum(4, 4)]));
        Assert.Throws<ArgumentException>(() => new ShareSum(1, 4).Add(sharing.Split(new short[4], Random)[1]));
        Assert.Throws<ArgumentException>(() => new ShareSum(1, 4).Add(sharing.Split(new short[5], Random)[0]));
    }

    internal static ShareSum[] SumShares(ShamirSharing sharing, short[][] secrets)
    {
        ShareSum[] sums = [.. Enumerable.Range(1, sharing.Holders).Select(holder => new ShareSum(holder, secrets[0].Length))];
        foreach (short[] secret in secrets)
        {
            KeyShare[] shares = sharing.Split(secret, Random);
            for (int i = 0; i < shares.Length; i++)
            {
                sums[i].Add(shares[i]);
            }
        }

        return sums;
    }

    private static short[] Total(short[][] secrets) =>
        [.. Enumerable.Range(0, secrets[0].Length).Select(i => (short)secrets.Sum(secret => secret[i]))];

    private static double ChiSquare(int[] counts, int samples)
    {
        double expected = (double)samples / counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    /// <summary>Wilson and Hilferty's approximation.</summary>
    private static double Quantile9999(int degrees)
    {
        double a = 2.0 / (9 * degrees);
        return degrees * Math.Pow(1 - a + 3.719 * Math.Sqrt(a), 3);
    }

    private sealed record Cohort(ShamirSharing Sharing, short[][] Secrets, int[] Chosen);
}
