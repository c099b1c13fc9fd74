using Consortium.Cryptography.Encryption;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>The tag of an update that is at hand as a whole.</summary>
public static class TestTag
{
    /// <param name="frames">All of the update's ciphertext, in order.</param>
    public static UpdateTag Of(SessionPlan plan, Signed<Cohort> cohort, params IEnumerable<ChunkFrame> frames)
    {
        using SumTagger tagger = CohortSeed.CreateTagger(cohort, plan);
        foreach (ChunkFrame frame in frames)
        {
            tagger.Add(frame);
        }

        return new UpdateTag
        {
            Attempt = cohort.Statement.Attempt,
            CohortDigest = new CohortDigest(cohort.Digest),
            Tag = tagger.ToTag(),
        };
    }
}
