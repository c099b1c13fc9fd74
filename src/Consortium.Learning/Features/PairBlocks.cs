using System.Runtime.CompilerServices;

namespace Consortium.Learning.Features;

/// <summary>A pair's payments by blocks of 90 days: the block of now and the three before stand for the last 360 days.</summary>
internal struct PairBlocks
{
    public const int Blocks = 4;

    private const int Width = 90 * Horizon.MinutesPerDay;

    public Counts Count;
    public Sums Sum;

    public void Add(int minute, int lastMinute, double amount)
    {
        int block = minute / Width;
        for (int stale = Math.Max(lastMinute / Width + 1, Math.Max(0, block - Blocks + 1)); stale <= block; stale++)
        {
            Count[stale % Blocks] = 0;
            Sum[stale % Blocks] = 0;
        }

        Count[block % Blocks]++;
        Sum[block % Blocks] += amount;
    }

    public readonly (int Count, double Sum) Total(int minute, int lastMinute)
    {
        int count = 0;
        double sum = 0;
        for (int block = Math.Max(0, minute / Width - Blocks + 1); block <= lastMinute / Width; block++)
        {
            count += Count[block % Blocks];
            sum += Sum[block % Blocks];
        }

        return (count, sum);
    }

    [InlineArray(Blocks)]
    public struct Counts
    {
        private int _first;
    }

    [InlineArray(Blocks)]
    public struct Sums
    {
        private double _first;
    }
}
