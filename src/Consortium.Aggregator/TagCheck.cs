using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

/// <summary>
/// Computes the tag of a closed cohort's sum, and, where the members' tags do not add up to it, each member's from the chunks
/// that it sent: the bank that signed another one is named, and not the aggregator.
/// </summary>
internal sealed partial class TagCheck(
    Party party, DecodedState decoded, Func<Action<SessionTransaction>, CancellationToken, Task> act, ILogger logger)
{
    public async Task TagSumAsync(Signed<Cohort> cohort, CancellationToken cancellationToken)
    {
        if (await FindAsync(cohort, cancellationToken) is not (var plan, { OfSum: null }))
        {
            return; // asked for twice, or the attempt was given up
        }

        using SumTagger tagger = CohortSeed.CreateTagger(cohort, plan);
        SumTag tag = await TagAsync(tagger, cohort, cohort.Digest, party.Id, cancellationToken);
        await DecideAsync(
            cohort, session => session.SumTagged(new CohortDigest(cohort.Digest), tag), cancellationToken);
    }

    public async Task CheckAsync(Signed<Cohort> cohort, CancellationToken cancellationToken)
    {
        if (await FindAsync(cohort, cancellationToken) is not (var plan, { AreComplete: true, AddUp: false } tags))
        {
            return;
        }

        using SumTagger tagger = CohortSeed.CreateTagger(cohort, plan);
        var right = ImmutableSortedDictionary.CreateBuilder<PartyId, SumTag>();
        foreach ((PartyId bank, Digest manifest) in cohort.Statement.Members)
        {
            tagger.Restart();
            SumTag own = await TagAsync(tagger, cohort, manifest, bank, cancellationToken);
            if (!own.Equals(tags.Given[bank]))
            {
                right.Add(bank, own);
                LogWrongTag(logger, bank, cohort.Statement.Attempt);
            }
        }

        if (right.Count == 0)
        {
            LogWrongSum(logger, cohort.Statement.Attempt);
        }

        await DecideAsync(
            cohort,
            session => session.TagsChecked(new CohortDigest(cohort.Digest), right.ToImmutable(), party.Now),
            cancellationToken);
    }

    private async Task<SumTag> TagAsync(
        SumTagger tagger, Signed<Cohort> cohort, Digest source, PartyId sender, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredFrame>? cover = await party.Database.ReadAsync(
            state => StoredFrame.Cover(Archive.Frames(state, source, sender), cohort.Statement.Shape.Chunks), cancellationToken);
        foreach (StoredFrame stored in cover ?? [])
        {
            ChunkFrame frame = ChunkFrame.Decode(
                await party.Blobs.ReadAsync(stored.Blob, cancellationToken), party.Configuration.Limits);
            using Instruments.Work work = Instruments.Measure("tag", cohort.Statement.Attempt);
            tagger.Add(frame);
        }

        // Blobs are held against their digests when they are read: what was tagged is what the bank signed.
        return tagger.NextChunk == cohort.Statement.Shape.Chunks
            ? tagger.ToTag()
            : throw new StorageException(
                StorageFault.Missing, $"Ciphertext of '{sender}' for {cohort.Statement.Attempt} is not where it was stored.");
    }

    /// <summary>The session's plan and the cohort's tags, if the session still gathers them.</summary>
    private Task<(SessionPlan Plan, CohortTags? Tags)> FindAsync(Signed<Cohort> cohort, CancellationToken cancellationToken) =>
        party.Database.ReadAsync(
            state =>
            {
                AggregatorSession session = decoded.Find(state, cohort.Statement.Attempt.Session)!;
                return (session.Plan.Statement,
                    session.Round.Phase == RoundPhase.Approving && session.Round.Cohort!.Digest == cohort.Digest
                        ? session.Round.Tags
                        : null);
            },
            cancellationToken);

    private Task DecideAsync(
        Signed<Cohort> cohort,
        Func<AggregatorSession, Protocol.Step<AggregatorSession, AggregatorEffect>> rule,
        CancellationToken cancellationToken) =>
        act(transaction => transaction.Decide(cohort.Statement.Attempt.Session, rule), cancellationToken);
}
