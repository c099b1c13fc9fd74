using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Cryptography.Tests.Sharing;

/// <summary>What happens when holders send share-sums that are not theirs to send.</summary>
public sealed class WrongShareTests
{
    private static readonly short[] Secret = [.. Enumerable.Range(0, 257).Select(i => (short)(i - 128))];

    private static readonly Gen<(ShamirSharing Sharing, int[] Wrong, uint Seed)> GenNameable =
        from threshold in Gen.Int[2, 12]
        from spare in Gen.Int[2, 14]
        from wrong in Gen.Int[1, spare / 2]
        from order in Gen.Shuffle(Enumerable.Range(1, threshold + spare).ToArray())
        from seed in Gen.UInt
        select (new ShamirSharing(threshold, threshold + spare), order[..wrong].Order().ToArray(), seed);

    [Fact]
    public void Reconstruct_NoMoreThanHalfTheSpareWrong_NamesExactlyThem() =>
        GenNameable.Sample(
            sample =>
            {
                using var random = new SeededRandom($"bent {sample.Seed}");
                ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sample.Sharing, [Secret]), sample.Wrong, random);
                var found = Assert.IsType<Reconstruction.Found>(sample.Sharing.Reconstruct(sums));
                Assert.Equal(Secret, found.Secret.Coefficients.ToArray());
                Assert.Equal(sample.Wrong, found.WrongHolders);
                Assert.Equal(sample.Sharing.Holders - sample.Sharing.Threshold - sample.Wrong.Length, found.Spare);
            },
            iter: 300);

    [Fact]
    public void Reconstruct_LargestCommitteeWithAsManyWrongAsCanBeNamed_NamesThem()
    {
        using var random = new SeededRandom("largest committee");
        var sharing = new ShamirSharing(128, 255);
        int[] wrong = [.. Enumerable.Range(1, 63).Select(i => 4 * i)];
        ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sharing, [Secret]), wrong, random);

        var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(sums));

        Assert.Equal(wrong, found.WrongHolders);
        Assert.Equal(Secret, found.Secret.Coefficients.ToArray());
    }

    /// <summary>One wrong value is all it takes, wherever it is and however small.</summary>
    [Fact]
    public void Reconstruct_AnyOneBitOfOneSumFlipped_NamesItsHolder()
    {
        var sharing = new ShamirSharing(2, 4);
        ShareSum[] sums = ShamirSharingTests.SumShares(sharing, [[.. Secret.AsSpan(0, 20)]]);
        byte[] third = sums[2].Encode();
        for (int bit = 0; bit < 8 * third.Length; bit++)
        {
            byte[] flipped = (byte[])third.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                ShareSum[] given = [sums[0], sums[1], ShareSum.Decode(3, 20, flipped), sums[3]];
                Assert.Equal([3], Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(given)).WrongHolders);
            }
            catch (MalformedDataException malformed)
            {
                Assert.Equal(bit / 16 * 2, malformed.Offset);
            }
        }
    }

    [Fact]
    public void Reconstruct_OneSpareAndOneWrong_SaysThatItCannotTell()
    {
        using var random = new SeededRandom("one spare");
        var sharing = new ShamirSharing(3, 4);
        ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sharing, [Secret]), [2], random);

        Assert.Equal(new Reconstruction.Contradicted(4, 5), sharing.Reconstruct(sums));
    }

    [Fact]
    public void Reconstruct_OneSpareWithOutsideCheck_NamesTheWrongHolder()
    {
        using var random = new SeededRandom("one spare");
        var sharing = new ShamirSharing(3, 4);
        for (int wrong = 1; wrong <= 4; wrong++)
        {
            ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sharing, [Secret]), [wrong], random);
            var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(sums, IsSecret));
            Assert.Equal([wrong], found.WrongHolders);
            Assert.Equal(Secret, found.Secret.Coefficients.ToArray());
            Assert.Equal(0, found.Spare);
        }
    }

    [Fact]
    public void Reconstruct_OnlyThresholdRightWithOutsideCheck_NamesAllOthers()
    {
        using var random = new SeededRandom("threshold right");
        var sharing = new ShamirSharing(3, 7);
        ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sharing, [Secret]), [1, 2, 4, 6], random);

        Assert.IsType<Reconstruction.Contradicted>(sharing.Reconstruct(sums));
        var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(sums, IsSecret));
        Assert.Equal([1, 2, 4, 6], found.WrongHolders);
    }

    /// <summary>
    /// Wrong holders who agree on a polynomial of their own outvote the right ones, unless a check from outside knows better.
    /// </summary>
    [Fact]
    public void Reconstruct_MajorityColludingOnAnotherSecret_OnlyTheOutsideCheckTells()
    {
        var sharing = new ShamirSharing(2, 5);
        ShareSum[] right = ShamirSharingTests.SumShares(sharing, [Secret]);
        ShareSum[] other = ShamirSharingTests.SumShares(sharing, [new short[Secret.Length]]);
        ShareSum[] given = [other[0], right[1], other[2], right[3], other[4]];

        Assert.NotEqual<short>(Secret, AssertFoundOrNothing(sharing.Reconstruct(given)));
        var found = Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(given, IsSecret));
        Assert.Equal([1, 3, 5], found.WrongHolders);
    }

    [Fact]
    public void Reconstruct_ThresholdOfSumsOneWrong_IsRejectedByTheOutsideCheck()
    {
        using var random = new SeededRandom("no spare");
        var sharing = new ShamirSharing(3, 3);
        ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sharing, [Secret]), [2], random);

        Assert.IsType<Reconstruction.Contradicted>(sharing.Reconstruct(sums, IsSecret));
        Assert.Equal(0, Assert.IsType<Reconstruction.Found>(sharing.Reconstruct(sums)).Spare);
    }

    [Fact]
    public void Reconstruct_MoreCandidatesThanAreTried_GivesUp()
    {
        using var random = new SeededRandom("hopeless");
        var sharing = new ShamirSharing(20, 40);
        ShareSum[] sums = Bend(ShamirSharingTests.SumShares(sharing, [Secret]), [.. Enumerable.Range(1, 15)], random);
        int asked = 0;

        Assert.IsType<Reconstruction.Contradicted>(sharing.Reconstruct(sums, candidate => ++asked < 0));
        Assert.InRange(asked, 1, ShareDecoder.MaximumCandidates);
    }

    private static bool IsSecret(ReadOnlySpan<short> candidate) => candidate.SequenceEqual(Secret);

    private static short[] AssertFoundOrNothing(Reconstruction reconstruction) =>
        reconstruction is Reconstruction.Found found ? found.Secret.Coefficients.ToArray() : [];

    /// <summary>Changes from one value to all of them in each named holder's sum.</summary>
    private static ShareSum[] Bend(ShareSum[] sums, int[] wrong, SeededRandom random)
    {
        foreach (int holder in wrong)
        {
            ushort[] values = sums[holder - 1].Values.ToArray();
            int changes = random.Next(3) == 0 ? values.Length : 1 + random.Next(3);
            for (int i = 0; i < changes; i++)
            {
                int at = changes == values.Length ? i : random.Next(values.Length);
                values[at] = (ushort)((values[at] + 1 + random.Next(65520)) % 65521);
            }

            if (!values.AsSpan().SequenceEqual(sums[holder - 1].Values))
            {
                sums[holder - 1] = ShareSum.Decode(holder, values.Length, ShareCodec.Encode(values));
            }
        }

        return sums;
    }
}
