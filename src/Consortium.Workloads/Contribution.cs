using System.Buffers;
using System.Runtime.InteropServices;
using Consortium.Learning.Models;

namespace Consortium.Workloads;

/// <summary>
/// One bank's contribution to a round while it is written, segment by segment. Each value is held against its segment's bound as
/// it is
/// written: what would spoil a sum never reaches encryption. Not thread-safe.
/// </summary>
public sealed class Contribution(RoundRequest request) : IBufferWriter<long>
{
    private readonly long[] _values = new long[request.Length];
    private int _segment;
    private int _left = request.Segments.IsEmpty ? 0 : request.Segments[0].Length;

    public RoundRequest Request => request;

    /// <summary>Values written so far.</summary>
    public int Written { get; private set; }

    public bool IsComplete => Written == _values.Length;

    /// <summary>All values.</summary>
    /// <exception cref="InvalidOperationException">Some are not written yet.</exception>
    public ReadOnlySpan<long> Values => IsComplete
        ? _values
        : throw new InvalidOperationException($"{Written} of {_values.Length} values are written.");

    /// <summary>All values as the bytes in which a bank keeps them for later attempts.</summary>
    /// <exception cref="InvalidOperationException">Some are not written yet.</exception>
    public byte[] ToBytes() => MemoryMarshal.AsBytes(Values).ToArray();

    /// <summary>Zeros for what is not written yet, all of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer values are left than are asked for.</exception>
    public Memory<long> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeHint, _values.Length - Written);
        return _values.AsMemory(Written);
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<long> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Says that the next <paramref name="count"/> values are written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer values are left.</exception>
    /// <exception cref="ArgumentException">A value is beyond its segment's bound; nothing of it is taken.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _values.Length - Written);
        (int segment, int left, int start, int end) = (_segment, _left, Written, Written + count);
        while (start < end)
        {
            int taken = Math.Min(left, end - start);
            long most = request.Segments[segment].Levels - 1;
            int at = _values.AsSpan(start, taken).IndexOfAnyExceptInRange(0, most);
            if (at >= 0)
            {
                throw new ArgumentException(
                    $"Value {start + at} is {_values[start + at]}; it must be 0 to {most}.", nameof(count));
            }

            start += taken;
            left -= taken;
            if (left == 0 && ++segment < request.Segments.Length)
            {
                left = request.Segments[segment].Length;
            }
        }

        (_segment, _left, Written) = (segment, left, end);
    }
}
