using System.Collections.Immutable;

namespace Consortium.Learning.Models;

/// <summary>What a round asks of every bank: segments of integers, one after the other, each with a bound of its own.</summary>
/// <remarks>It follows from the plan and from earlier sums alone, never from one bank's rows.</remarks>
public readonly record struct RoundRequest
{
    /// <summary>
    /// A vote: one 1 among as many entries as there are <see cref="Ballot"/>s, which every bank proves to have sent.
    /// </summary>
    public static RoundRequest Vote { get; } = new(3, levels: 2) { IsVote = true };

    /// <summary>One segment.</summary>
    public RoundRequest(int length, long levels)
        : this(new RequestSegment(length, levels))
    {
    }

    /// <param name="segments">In the vector's order. Those without entries are left out.</param>
    public RoundRequest(params ReadOnlySpan<RequestSegment> segments)
    {
        ImmutableArray<RequestSegment>.Builder kept = ImmutableArray.CreateBuilder<RequestSegment>(segments.Length);
        foreach (RequestSegment segment in segments)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(segment.Length, nameof(segments));
            ArgumentOutOfRangeException.ThrowIfLessThan(segment.Levels, 2, nameof(segments));
            if (segment.Length > 0)
            {
                kept.Add(segment);
                Length = checked(Length + segment.Length);
                Levels = Math.Max(Levels, segment.Levels);
            }
        }

        Segments = kept.ToImmutable();
    }

    public ImmutableArray<RequestSegment> Segments { get; }

    /// <summary>Integers of all segments.</summary>
    public int Length { get; }

    /// <summary>The levels of the widest segment: what packing must leave room for.</summary>
    public long Levels { get; }

    public bool IsVote { get; private init; }

    /// <summary>What each bank adds to its vector; null where sums are exact.</summary>
    public RoundNoise? Noise { get; private init; }

    /// <summary>The same entries with noise: each bound has room for it on both sides.</summary>
    public RoundRequest With(RoundNoise noise) => new(
        [.. Segments.Select(segment => segment with { Levels = segment.Levels + (2 * noise.Room) })])
    { Noise = noise };

    public bool Equals(RoundRequest other) =>
        IsVote == other.IsVote && Noise == other.Noise && Segments.AsSpan().SequenceEqual(other.Segments.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Length, Levels);

    public override string ToString() =>
        IsVote ? "a vote" : $"{Length} values of {Levels} levels{(Noise is null ? null : ", with noise")}";

    /// <summary>
    /// What is wrong with a sum of <paramref name="cohort"/> contributions, naming entry and limit; null if nothing.
    /// </summary>
    internal string? FaultOf(ReadOnlySpan<long> sum, int cohort)
    {
        if (sum.Length != Length)
        {
            return $"The sum has {sum.Length} entries; the round asked for {Length}.";
        }

        int start = 0;
        foreach (RequestSegment segment in Segments)
        {
            long most = cohort * (segment.Levels - 1);
            int at = sum.Slice(start, segment.Length).IndexOfAnyExceptInRange(0, most);
            if (at >= 0)
            {
                return $"Entry {start + at} of the sum is {sum[start + at]}; {cohort} banks reach at most {most}.";
            }

            start += segment.Length;
        }

        return null;
    }
}
