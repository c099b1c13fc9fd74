namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// A schedule as a list of steps, each a few numbers read as choices among what is possible when they are reached. Any list of
/// steps is a schedule, so shrinking one is deleting steps and making numbers smaller.
/// </summary>
internal sealed class Choices(ReadOnlyMemory<int> values)
{
    /// <summary>Numbers of one step. A choice beyond them is 0.</summary>
    public const int StepLength = 12;

    private int _step = -1;
    private int _next;

    /// <summary>Moves to the next step; false when there is none.</summary>
    public bool NextStep()
    {
        _next = 0;
        return ++_step * StepLength < values.Length;
    }

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Next(int count)
    {
        int at = (_step * StepLength) + _next;
        int value = _step >= 0 && _next < StepLength && at < values.Length ? values.Span[at] : 0;
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
