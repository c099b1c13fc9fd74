using System.Collections.Immutable;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

#pragma warning disable RS0030 // seeded, so that a failure comes again

namespace Consortium.Protocol.Tests.Ledger;

public sealed class CohortSpanTests
{
    [Theory]
    [InlineData("ABC", "")]
    [InlineData("ABCD ABC", "D")]
    [InlineData("ABCDE ABC", "DE")]
    [InlineData("ABCDEF ABC", "")]
    [InlineData("ABCD ABCE", "DE")]
    [InlineData("ABC ABC", "")]
    [InlineData("ABCDEF ABC DEG", "FG")] // the first less the others
    [InlineData("ABCDEFG ABC DEF", "G")]
    internal void LeftAlone_Cohorts_NamesWhomACombinationLeaves(string cohorts, string expected)
    {
        Assert.Equal(
            expected, string.Concat(CohortSpan.LeftAlone(Parse(cohorts)).Select(bank => char.ToUpperInvariant(bank.Name[^1]))));
    }

    /// <summary>
    /// Against a search over all combinations with small factors, which for few cohorts of few banks finds what there is.
    /// </summary>
    [Fact]
    public void LeftAlone_RandomCohorts_AgreesWithASearch()
    {
        var random = new Random(5);
        int found = 0;
        for (int run = 0; run < 4_000; run++)
        {
            int banks = random.Next(4, 9);
            string[] cohorts =
            [
                .. Enumerable.Range(0, random.Next(1, 5))
                    .Select(
                        _ => string.Concat(
                            Enumerable.Range(0, banks).Where(_ => random.Next(3) > 0).Select(bank => (char)('A' + bank))))
                    .Where(cohort => cohort.Length >= 3).Distinct(),
            ];
            if (cohorts.Length == 0)
            {
                continue;
            }

            bool searched = Searched(cohorts);
            Assert.Equal(searched, !CohortSpan.LeftAlone(Parse(string.Join(' ', cohorts))).IsEmpty);
            found += searched ? 1 : 0;
        }

        Assert.InRange(found, 400, 3_600);
    }

    [Fact]
    public void LeftAlone_ManyCohortsOfManyBanks_TakesNotLong()
    {
        var random = new Random(7);
        ImmutableArray<PartyId> banks = [.. Enumerable.Range(0, 1_024).Select(bank => new PartyId($"bank-{bank:d4}"))];
        ImmutableArray<PartyId>[] cohorts =
            [.. Enumerable.Range(0, ParticipationLedger.MostCohorts).Select(
                _ => banks.Where(_ => random.Next(2) == 0).ToImmutableArray())];

        long start = TimeProvider.System.GetTimestamp();
        Assert.Empty(CohortSpan.LeftAlone(cohorts));
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    private static ImmutableArray<PartyId>[] Parse(string cohorts) =>
        [.. cohorts.Split(' ').Select(
            cohort => cohort.Order().Select(bank => new PartyId($"bank-{char.ToLowerInvariant(bank)}")).ToImmutableArray())];

    private static bool Searched(string[] cohorts)
    {
        const int Most = 6;
        int[] factors = [.. cohorts.Select(_ => -Most)];
        while (true)
        {
            int left = Enumerable.Range('A', 26).Count(
                bank => cohorts.Select((cohort, i) => cohort.Contains((char)bank) ? factors[i] : 0).Sum() != 0);
            if (left is 1 or 2)
            {
                return true;
            }

            int at = 0;
            while (at < factors.Length && ++factors[at] > Most)
            {
                factors[at++] = -Most;
            }

            if (at == factors.Length)
            {
                return false;
            }
        }
    }
}
