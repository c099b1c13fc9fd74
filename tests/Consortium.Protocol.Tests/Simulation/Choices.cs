namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// A schedule as a list of numbers, each read as a choice among what is possible when it is reached. Any list is a schedule, so
/// shrinking one is deleting from it and making its numbers smaller.
/// </summary>
internal sealed class Choices(ReadOnlyMemory<int> values)
{
    private int _next;

    public bool IsAtEnd => _next >= values.Length;

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count)
    {
        int value = IsAtEnd ? 0 : values.Span[_next];
        _next++;
        return (int)((uint)value % (uint)count);
    }

    /// <summary>Draws a schedule. The generator is SplitMix64, so a seed means the same schedule everywhere and always.</summary>
    public static int[] Draw(ulong seed, int length)
    {
        int[] values = new int[length];
        ulong state = seed;
        for (int i = 0; i < length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            values[i] = (int)((z ^ (z >> 31)) & 0x7FFF_FFFF);
        }

        return values;
    }
}
