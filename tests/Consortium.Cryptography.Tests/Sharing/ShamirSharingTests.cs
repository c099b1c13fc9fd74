using System.Security.Cryptography;
using Consortium.Cryptography.Sharing;
using CsCheck;

namespace Consortium.Cryptography.Tests.Sharing;

public sealed class ShamirSharingTests
{
    private static readonly RandomNumberGenerator Random = RandomNumberGenerator.Create();

    [Fact]
    public void Reconstruct_AnyThresholdOfSums_GivesTheSumOfTheSecrets() =>
        GenCohort.Sample(
            cohort =>
            {
                ShareSum[] sums = SumShares(cohort);
                IReadOnlyList<ShareSum> chosen = cohort.Chosen.Select(holder => sums[holder]).ToArray();
                var found = Assert.IsType<Reconstruction.Found>(cohort.Sharing.Reconstruct(chosen));
                Assert.Equal(cohort.Total(), found.Secret.Coefficients.ToArray());
                Assert.Empty(found.WrongHolders);
                Assert.Equal(chosen.Count - cohort.Sharing.Threshold, found.Spare);
            },
            iter: 300);

    private static ShareSum[] SumShares(Cohort cohort)
    {
        ShareSum[] sums = [.. Enumerable.Range(1, cohort.Sharing.Holders).Select(holder => new ShareSum(holder, cohort.Secrets[0].Length))];
        foreach (short[] secret in cohort.Secrets)
        {
            KeyShare[] shares = cohort.Sharing.Split(secret, Random);
            for (int i = 0; i < shares.Length; i++)
            {
                sums[i].Add(shares[i]);
            }
        }

        return sums;
    }

    private static readonly Gen<Cohort> GenCohort =
        from holders in Gen.Frequency((20, Gen.Int[2, 9]), (1, Gen.Int[10, 255]))
        from threshold in Gen.Int[2, holders]
        from length in Gen.Frequency((9, Gen.Int[1, 200]), (1, Gen.Int[1, 4096]))
        from secrets in Gen.Short[-2000, 2000].Array[length].Array[1, 16]
        from order in Gen.Shuffle(Enumerable.Range(0, holders).ToArray())
        from count in Gen.Int[threshold, holders]
        select new Cohort(new ShamirSharing(threshold, holders), secrets, order[..count]);

    private sealed record Cohort(ShamirSharing Sharing, short[][] Secrets, int[] Chosen)
    {
        public short[] Total() => [.. Enumerable.Range(0, Secrets[0].Length).Select(i => (short)Secrets.Sum(secret => secret[i]))];
    }
}
