using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>
/// Counts what parties receive, where the bus hands it over, and keeps what one bank is sent to open each round's sum.
/// </summary>
internal sealed class Wire(PartyId witness, MessageLimits limits)
{
    private readonly ConcurrentDictionary<(PartyId From, PartyId To), long> _bytes = new();
    private readonly ConcurrentDictionary<int, AggregateReleased> _releases = new();
    private long _total;

    /// <summary>Bytes of all frames received so far.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>What the witness was sent for each round; of several, the one with the most share-sums.</summary>
    public IReadOnlyDictionary<int, AggregateReleased> Releases => _releases;

    public ImmutableArray<(PartyId From, PartyId To, long Bytes)> Traffic =>
        [.. _bytes.Select(pair => (pair.Key.From, pair.Key.To, pair.Value)).OrderBy(flow => flow.From).ThenBy(flow => flow.To)];

    /// <summary>A handler that counts and passes on.</summary>
    public FrameHandler Tap(PartyId party, FrameHandler handler) => (frame, cancellationToken) =>
    {
        int length = frame.Body.Length;
        _bytes.AddOrUpdate((frame.Sender, party), length, (_, sum) => sum + length);
        Interlocked.Add(ref _total, length);
        if (party == witness && frame.Body.Span is [MessageCodec.Version, (byte)MessageType.AggregateReleased, ..]
            && MessageCodec.Decode(frame.Body, limits) is AggregateReleased released)
        {
            _releases.AddOrUpdate(
                released.Cohort.Statement.Attempt.Round.Value, released,
                (_, kept) => kept.ShareSums.Length >= released.ShareSums.Length ? kept : released);
        }

        return handler(frame, cancellationToken);
    };
}
