using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// A chunk frame in the blob store: which chunks of its source it holds, and whether they have the digests they should.
/// </summary>
internal sealed record StoredFrame(int First, int Count, Digest Blob, bool IsChecked)
{
    /// <summary>
    /// The frames that, one after the other, hold chunks 0 to <paramref name="chunks"/> - 1: none for a ballot, which has no
    /// chunks. Null when some chunk is not there yet.
    /// </summary>
    public static IReadOnlyList<StoredFrame>? Cover(IEnumerable<StoredFrame> frames, int chunks)
    {
        var cover = new List<StoredFrame>();
        int next = 0;
        foreach (StoredFrame frame in frames.Where(frame => frame.IsChecked)
            .OrderBy(frame => frame.First)
            .ThenByDescending(frame => frame.Count))
        {
            if (frame.First == next)
            {
                cover.Add(frame);
                next += frame.Count;
            }
        }

        return next == chunks ? cover : null;
    }
}
