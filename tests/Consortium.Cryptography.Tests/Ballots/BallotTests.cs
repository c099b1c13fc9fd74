using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Ballots;

public sealed class BallotTests
{
    private static readonly byte[] Challenge = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly MontgomeryField Field = MontgomeryField.Scalars;

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    [InlineData(5, 7)]
    public void Open_AnyThresholdOfSums_CountsTheChoices(int threshold, int holders)
    {
        int[] choices = [0, 2, 1, 0, 0, 2, 0];
        var count = new BallotCount(threshold);
        BallotShareSum[] sums = [.. Enumerable.Range(1, holders).Select(holder => new BallotShareSum(holder))];
        foreach (int choice in choices)
        {
            using Ballot ballot = Ballot.Draw(choice, threshold, Seeded.Source(7 * (choice + 1)));
            CheckedBallot found = Check(ballot, threshold);
            count.Add(found);
            foreach (BallotShareSum sum in sums)
            {
                Assert.True(BallotShare.TryDecode(sum.Holder, found, ballot.EncodeShare(sum.Holder), out BallotShare? share));
                sum.Add(share);
            }
        }

        BallotShareSum[] decoded = [.. sums.Reverse().Select(sum => BallotShareSum.Decode(sum.Holder, sum.Encode()))];
        Assert.All(decoded, sum => Assert.True(count.Fits(sum)));
        Assert.Equal([4, 1, 2], count.Open(decoded));
        Assert.Equal([4, 1, 2], count.Open(sums));
        Assert.Throws<ArgumentException>(() => count.Open(sums[1..threshold]));
    }

    [Fact]
    public void Draw_OfOneChoiceTwice_SharesNothing()
    {
        using Ballot first = Ballot.Draw(0, 3, RandomSource.OperatingSystem);
        using Ballot second = Ballot.Draw(0, 3, RandomSource.OperatingSystem);
        byte[] a = first.Prove(Challenge), b = second.Prove(Challenge);

        Assert.All(
            Enumerable.Range(0, a.Length / 33), at => Assert.False(a.AsSpan(33 * at, 33).SequenceEqual(b.AsSpan(33 * at, 33))));
        for (int i = 0; i < 11; i++)
        {
            Assert.False(first.EncodeShare(1).AsSpan(32 * i, 32).SequenceEqual(second.EncodeShare(1).AsSpan(32 * i, 32)));
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(2, -1, 0)]
    [InlineData(1, 1, -1)]
    [InlineData(0, 5, 0)]
    [InlineData(1 << 20, 1 - (1 << 20), 0)]
    public void TryCheck_OtherThanOneVote_IsNoBallot(int accept, int reject, int abstain)
    {
        using Ballot ballot = Forge(accept, reject, abstain);

        Assert.False(CheckedBallot.TryCheck(3, Challenge, ballot.Prove(Challenge), out _, out string? problem));
        Assert.Contains("ballot", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryCheck_HalfAVoteEach_IsNoBallot()
    {
        Word256 half = Field.Invert(Field.Of(2));
        using Ballot ballot = Ballot.Draw([half, half, default], 3, Seeded.Source(3));

        Assert.False(CheckedBallot.TryCheck(3, Challenge, ballot.Prove(Challenge), out _, out _));
    }

    [Fact]
    public void TryCheck_AnyBitFlipped_IsNoBallotOrNoHoldersShare()
    {
        using Ballot ballot = Ballot.Draw(1, 3, Seeded.Source(4));
        byte[] proof = ballot.Prove(Challenge), share = ballot.EncodeShare(2);
        for (int at = 0; at < proof.Length; at += 7)
        {
            proof[at] ^= 4;
            Assert.False(
                CheckedBallot.TryCheck(3, Challenge, proof, out CheckedBallot? found, out _)
                    && BallotShare.TryDecode(2, found, share, out _),
                $"byte {at}");
            proof[at] ^= 4;
        }

        Assert.True(CheckedBallot.TryCheck(3, Challenge, proof, out CheckedBallot? right, out _));
        for (int at = 0; at < share.Length; at += 5)
        {
            share[at] ^= 1;
            Assert.False(BallotShare.TryDecode(2, right, share, out _), $"byte {at}");
            share[at] ^= 1;
        }

        Assert.True(BallotShare.TryDecode(2, right, share, out _));
        Assert.False(BallotShare.TryDecode(1, right, share, out _));
        Assert.False(BallotShare.TryDecode(2, right, [], out _));
    }

    [Fact]
    public void TryCheck_AnothersChallenge_IsNoBallot()
    {
        using Ballot ballot = Ballot.Draw(1, 3, Seeded.Source(4));
        byte[] proof = ballot.Prove(Challenge);

        Assert.False(CheckedBallot.TryCheck(3, new byte[32], proof, out _, out _));
        Assert.False(CheckedBallot.TryCheck(2, Challenge, proof, out _, out _));
        Assert.False(CheckedBallot.TryCheck(3, Challenge, [], out _, out _));
    }

    /// <summary>
    /// Whoever can take discrete logarithms can open commitments as anything. What such a bank deals still fails at the holders:
    /// the test of the shares stands by itself.
    /// </summary>
    [Fact]
    public void TryDecode_CommitmentsOfOneVoteAndSharesOfTwo_IsNoShareForAnyHolder()
    {
        using Ballot honest = Ballot.Draw(0, 3, Seeded.Source(5));
        using Ballot two = Forge(1, 1, 0);
        CheckedBallot found = Check(honest, 3);

        Assert.All(Enumerable.Range(1, 4), holder => Assert.False(found.FormHolds(holder, Values(two, holder))));
        Assert.All(Enumerable.Range(1, 4), holder => Assert.True(found.FormHolds(holder, Values(honest, holder))));
    }

    [Fact]
    public void Fits_BentShareSum_DoesNot()
    {
        using Ballot ballot = Ballot.Draw(0, 3, Seeded.Source(6));
        CheckedBallot found = Check(ballot, 3);
        var count = new BallotCount(3);
        count.Add(found);
        for (int holder = 1; holder <= 4; holder++)
        {
            byte[] bent = ballot.EncodeShare(holder)[..192];
            Assert.True(count.Fits(BallotShareSum.Decode(holder, bent)));
            bent[holder]++;
            Assert.False(count.Fits(BallotShareSum.Decode(holder, bent)));
        }
    }

    [Fact]
    public void Shares_OfLessThanThreshold_LookAlikeForEveryChoice()
    {
        // The first byte of a share's first value: 256 classes, for two choices.
        var seen = new int[2, 256];
        const int Draws = 6400;
        for (int i = 0; i < Draws; i++)
        {
            using Ballot ballot = Ballot.Draw(i % 2, 2, RandomSource.OperatingSystem);
            seen[i % 2, ballot.EncodeShare(1)[0]]++;
        }

        double chiSquare = 0;
        for (int value = 0; value < 256; value++)
        {
            double mean = (seen[0, value] + seen[1, value]) / 2.0;
            chiSquare += mean == 0 ? 0 : 2 * Math.Pow(seen[0, value] - mean, 2) / mean;
        }

        Assert.InRange(chiSquare, 150, 375);
    }

    [Fact]
    public void Dispose_ErasesTheVote()
    {
        Ballot ballot = Ballot.Draw(0, 3, Seeded.Source(8));
        ballot.Dispose();

        Assert.All(ballot.EncodeShare(1), value => Assert.Equal(0, value));
    }

    private static Ballot Forge(params int[] votes) => Ballot.Draw(
        [.. votes.Select(vote => vote < 0 ? Field.Negate(Field.Of((ulong)-vote)) : Field.Of((ulong)vote))], 3,
        Seeded.Source(9));

    private static Word256[] Values(Ballot ballot, int holder)
    {
        byte[] share = ballot.EncodeShare(holder);
        return [.. Enumerable.Range(0, share.Length / 32).Select(i => Field.Enter(Word256.Read(share.AsSpan(32 * i))))];
    }

    private static CheckedBallot Check(Ballot ballot, int threshold)
    {
        Assert.True(
            CheckedBallot.TryCheck(threshold, Challenge, ballot.Prove(Challenge), out CheckedBallot? found, out string? problem),
            problem);
        return found;
    }
}
