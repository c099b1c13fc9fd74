using System.Numerics;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class SlotLayoutTests
{
    [Theory]
    [InlineData(3, 65536, 520, 5)]
    [InlineData(10, 65536, 949, 5)]
    [InlineData(12, 65536, 1039, 4)]
    [InlineData(12, 57426, 1039, 5)]
    [InlineData(12, 57427, 1039, 4)]
    [InlineData(32, 65536, 1696, 4)]
    [InlineData(256, 65536, 4798, 3)]
    [InlineData(256, 52911, 4798, 4)]
    [InlineData(1024, 65536, 9595, 3)]
    [InlineData(1024, 11124, 9595, 4)]
    public void For_CohortAndLevels_GivesTheTablesBoundAndSlots(int cohort, ulong levels, int bound, int slots)
    {
        SlotLayout layout = SlotLayout.For(cohort, levels);

        Assert.Equal(bound, layout.NoiseBound);
        Assert.Equal((2 * bound) + 1, layout.Delta);
        Assert.Equal(slots, layout.Slots);
        Assert.Equal(((ulong)cohort * (levels - 1)) + 1, layout.Radix);
    }

    /// <summary>A sum of keys as large as its bound reads back centred from the field of key shares.</summary>
    [Fact]
    public void NoiseBound_TheLargestCohort_FitsTheFieldOfKeyShares() =>
        Assert.InRange(SlotLayout.NoiseBoundFor(SlotLayout.MostBanks), 1, ShareField.LargestCentred);

    [Fact]
    public void For_AnyCohortAndLevels_FillsTheModulusWithoutWrapping()
    {
        for (int cohort = 1; cohort <= SlotLayout.MostBanks; cohort = (cohort * 3) + 1)
        {
            for (ulong levels = 2; levels < 1ul << 50; levels *= 7)
            {
                SlotLayout layout = SlotLayout.For(cohort, levels);
                BigInteger used = (BigInteger)layout.Delta * BigInteger.Pow(layout.Radix, layout.Slots);
                Assert.True(used <= (BigInteger)RnsBasis.Product);
                Assert.True(used * layout.Radix > (BigInteger)RnsBasis.Product);
            }
        }
    }

    [Theory]
    [InlineData(0, 65536)]
    [InlineData(4097, 65536)]
    [InlineData(10, 1)]
    [InlineData(10, ulong.MaxValue)]
    public void For_OutOfRange_Rejects(int cohort, ulong levels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SlotLayout.For(cohort, levels));

    [Fact]
    public void Id_OtherCohortOrLevels_Differs()
    {
        uint[] ids = [SlotLayout.For(10, 65536).Id, SlotLayout.For(11, 65536).Id, SlotLayout.For(10, 65535).Id];

        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(ids[0], SlotLayout.For(10, 65536).Id);
    }

    [Fact]
    public void ChunkCount_Values_RoundsUp()
    {
        SlotLayout layout = SlotLayout.For(10, 65536);

        Assert.Equal(20480, layout.ValuesPerChunk);
        Assert.Equal(0, layout.ChunkCount(0));
        Assert.Equal(1, layout.ChunkCount(20480));
        Assert.Equal(2, layout.ChunkCount(20481));
        Assert.Equal(4883, layout.ChunkCount(100_000_000));
    }
}
