using Consortium.Cryptography.Encryption;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The seed of a cohort's tags is the cohort's own digest. It binds every member's manifest, and by it the member's chunks, and
/// the root of the sum: nobody can choose an update or a sum that fits a seed which is known.
/// </summary>
public static class CohortSeed
{
    /// <summary>Computes tags of members' updates and of their sum. To be disposed.</summary>
    public static SumTagger CreateTagger(Signed<Cohort> cohort, SessionPlan plan) =>
        new(cohort.Digest.ToArray(), cohort.Statement.Shape.LayoutFor(plan));

    /// <summary>Adds the chunks of the frame that comes next.</summary>
    /// <exception cref="MalformedDataException">One is malformed, of another layout, or not the next.</exception>
    public static void Add(this SumTagger tagger, ChunkFrame frame)
    {
        for (int i = 0; i < frame.Count; i++)
        {
            tagger.Add(frame.Chunk(i).Span);
        }
    }
}
