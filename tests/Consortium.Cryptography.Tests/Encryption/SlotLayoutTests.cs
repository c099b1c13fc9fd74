using System.Numerics;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class SlotLayoutTests
{
    [Theory]
    [InlineData(3, 65536, 84, 5)]
    [InlineData(10, 65536, 152, 5)]
    [InlineData(12, 65536, 167, 5)]
    [InlineData(16, 65536, 192, 4)]
    [InlineData(16, 60290, 192, 5)]
    [InlineData(256, 65536, 768, 4)]
    [InlineData(1024, 65536, 1536, 3)]
    [InlineData(1024, 17500, 1536, 4)]
    public void For_CohortAndLevels_GivesTheTablesBoundAndSlots(int cohort, ulong levels, int bound, int slots)
    {
        SlotLayout layout = SlotLayout.For(cohort, levels);

        Assert.Equal(bound, layout.NoiseBound);
        Assert.Equal((2 * bound) + 1, layout.Delta);
        Assert.Equal(slots, layout.Slots);
        Assert.Equal(((ulong)cohort * (levels - 1)) + 1, layout.Radix);
    }

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
    public void For_OutOfRange_Refuses(int cohort, ulong levels) =>
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
