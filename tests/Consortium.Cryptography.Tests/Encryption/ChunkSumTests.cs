using Consortium.Cryptography.Encryption;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class ChunkSumTests
{
    private static readonly SlotLayout Layout = SlotLayout.For(100, 65536);

    [Fact]
    public void Add_MoreThanALazyWordHolds_EqualsAnyGroupingOfTheSum()
    {
        using var cohort = new Cohort(
            Layout, [.. Enumerable.Range(0, 70).Select(bank => Seeded.Values(bank, 50, 65536))], seed: 1);
        byte[] whole = cohort.Sum(0);

        var left = new ChunkSum(Layout, 0);
        var right = new ChunkSum(Layout, 0);
        for (int bank = 0; bank < 70; bank++)
        {
            (bank % 3 == 0 ? left : right).Add(cohort.Chunks[bank][0]);
        }

        var part = new byte[WireChunk.Size];
        right.WriteTo(part);
        left.Add(part);
        left.WriteTo(part);

        Assert.Equal(70, left.Summands);
        Assert.Equal(whole, part);
        Assert.IsType<ChunkOpening.Opened>(cohort.Open(part).Outcome);
    }

    [Fact]
    public void Add_ChunkThatIsRejected_LeavesTheSumAsItWas()
    {
        using var cohort = new Cohort(Layout, [Seeded.Values(1, 50, 65536), Seeded.Values(2, 50, 65536)], seed: 2);
        byte[] expected = cohort.Sum(0);
        var sum = new ChunkSum(Layout, 0);
        sum.Add(cohort.Chunks[0][0]);

        // All ones is 2^27 - 1, not below any prime; in the last prime, when the other three are added already.
        byte[] bad = [.. cohort.Chunks[1][0]];
        bad.AsSpan(^64).Fill(0xFF);
        MalformedDataException rejection = Assert.Throws<MalformedDataException>(() => sum.Add(bad));
        Assert.Contains("below prime 133963777", rejection.Message, StringComparison.Ordinal);
        Assert.Equal(1, sum.Summands);

        sum.Add(cohort.Chunks[1][0]);
        var wire = new byte[WireChunk.Size];
        sum.WriteTo(wire);
        Assert.Equal(expected, wire);
    }

    [Fact]
    public void Add_OtherIndexLayoutOrTooMany_IsRejectedWithTheReason()
    {
        SlotLayout three = SlotLayout.For(3, 65536);
        using var cohort = new Cohort(
            three, [.. Enumerable.Range(0, 3).Select(bank => Seeded.Values(bank, 30_000, 65536))], seed: 3);
        var sum = new ChunkSum(three, 0);
        sum.Add(cohort.Sum(0));

        Assert.Contains(
            "at most 0 summands", Assert.Throws<MalformedDataException>(() => sum.Add(cohort.Chunks[0][0])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "chunk 1", Assert.Throws<MalformedDataException>(() => new ChunkSum(three, 0).Add(cohort.Chunks[0][1])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "layout", Assert.Throws<MalformedDataException>(() => new ChunkSum(Layout, 0).Add(cohort.Chunks[0][0])).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new ChunkSum(three, 0).WriteTo(new byte[WireChunk.Size]));
    }

    [Fact]
    public void Restart_AfterASum_StartsFromZero()
    {
        using var cohort = new Cohort(Layout, [Seeded.Values(1, 30_000, 65536)], seed: 4);
        var sum = new ChunkSum(Layout, 0);
        sum.Add(cohort.Chunks[0][0]);
        sum.Restart(1);
        sum.Add(cohort.Chunks[0][1]);

        var wire = new byte[WireChunk.Size];
        sum.WriteTo(wire);
        Assert.Equal(cohort.Chunks[0][1], wire);
    }
}
