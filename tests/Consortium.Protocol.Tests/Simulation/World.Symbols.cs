using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// What stands for cryptography: updates, sums and share-sums are digests, and these tables say what is in each.
/// </summary>
internal sealed partial class World
{
    private static readonly ImmutableArray<Digest>[] BlankShares =
        [.. Enumerable.Range(0, 8).Select(n => ImmutableArray.CreateRange(new Digest[n]))];

    private static readonly ConcurrentDictionary<(Digest Plan, PartyId Holder), Signed<SessionKeyOffered>> Offers = new();

    private readonly List<Signed<UpdateManifest>> _manifests = [];
    private readonly Dictionary<Digest, Digest> _vectors = [];
    private readonly Dictionary<Digest, (Signed<Cohort> Cohort, ImmutableArray<Signed<UpdateManifest>> Manifests)> _cohorts = [];
    private readonly List<Digest> _cohortOrder = [];
    private readonly Dictionary<
        Digest, (ImmutableArray<Digest> SumDigests, ImmutableArray<Digest> Manifests, Digest? Added)> _sums = [];
    private readonly List<Signed<UpdateTag>> _tags = [];
    private readonly Dictionary<(Digest Cohort, PartyId Bank), Signed<UpdateTag>> _keptTags = [];
    private readonly HashSet<Digest> _fitting = [];
    private readonly HashSet<AttemptId> _keptShares = [];
    private readonly List<Signed<CohortApproval>> _approvals = [];
    private readonly List<Signed<ShareSumManifest>> _shareSums = [];
    private readonly Dictionary<(CohortDigest Cohort, PartyId Holder), Signed<ShareSumManifest>> _keptShareSums = [];
    private readonly HashSet<Digest> _bent = [];

    private static Digest VectorOf(PartyId bank, RoundNumber round, int variant) =>
        Mix(Digest.Of([.. bank.Name.Select(c => (byte)c)]), round.Value, variant);

    private static Digest Mix(Digest digest, int first, int second)
    {
        Span<byte> bytes = stackalloc byte[Digest.Length + 8];
        digest.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[Digest.Length..], first);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(Digest.Length + 4)..], second);
        return Digest.Of(bytes);
    }

    private static Digest Mix(Digest first, IEnumerable<Digest> others)
    {
        var writer = new CanonicalWriter();
        writer.Digest(first);
        foreach (Digest other in others)
        {
            writer.Digest(other);
        }

        return Digest.Of(writer.Written);
    }

    /// <summary>The session key that a key holder offers, the same whenever it is asked.</summary>
    private Signed<SessionKeyOffered> Offer(PartyId holder) => Offers.GetOrAdd(
        (_plan.Digest, holder),
        key => Say(holder, SampleKeys.Offer(_configuration.Digest, new SessionId(key.Plan), key.Holder)));

    private ImmutableArray<Digest> SessionKeys() => [.. _configuration.KeyHolders.Select(holder => Offer(holder.Id).Digest)];

    /// <summary>Encrypts a vector under a fresh key: fresh chunks every time.</summary>
    private UpdateSubmitted Update(PartyId bank, AttemptId attempt, StateDigest startsFrom, Digest vector)
    {
        ImmutableArray<Digest> chunks = [Mix(vector, ++_nonce, 0)];
        Signed<UpdateManifest> manifest = Say(bank, new UpdateManifest
        {
            Attempt = attempt,
            StartedFrom = startsFrom,
            Shape = new UpdateShape(4, 16, 1),
            ChunksRoot = DigestList.Root(chunks),
            SessionKeys = _banks[bank].SessionKeys,
            BallotKeys = _banks[bank].SessionKeys, // symbols of them
            SealedShareDigests = BlankShares[_scenario.KeyHolders],
            SharingProof = default,
        });
        _vectors.Add(manifest.Digest, vector);
        if (_scenario.SpoilingBank && bank == Scenario.BankId(0))
        {
            _spoilt.Add(manifest.Digest);
        }

        return new UpdateSubmitted { Manifest = manifest, ChunkDigests = chunks, SealedShares = [] };
    }

    private void Publish(UpdateSubmitted update)
    {
        if (!_manifests.Contains(update.Manifest))
        {
            _manifests.Add(update.Manifest);
        }

        if (_aggregator is not null)
        {
            Send(Aggregator, update);
            _network.Add(new Envelope(Aggregator, null, (update.Manifest.Sender, update.Manifest.Digest)));
        }
    }

    /// <summary>How a dishonest aggregator bends a sum.</summary>
    private enum Bend
    {
        None,

        /// <summary>The last member's update is not in it: no share-sum fits.</summary>
        LeavesOneOut,

        /// <summary>An encryption under the key 0 is added: it opens all the same.</summary>
        AddsUnderKeyZero,
    }

    /// <summary>Sums updates and signs the cohort.</summary>
    private Signed<Cohort> Sum(Cohort withoutSum, Bend bend)
    {
        ImmutableArray<Digest> summed =
        [
            .. withoutSum.Members.Take(withoutSum.Members.Length - (bend == Bend.LeavesOneOut ? 1 : 0))
                .Select(member => member.ManifestDigest),
        ];
        Digest? added = bend == Bend.AddsUnderKeyZero ? Mix(default, ++_nonce, 0) : null;
        ImmutableArray<Digest> sumDigests = [Mix(default, added is Digest one ? summed.Add(one) : summed)];
        Digest root = DigestList.Root(sumDigests);
        _sums[root] = (sumDigests, summed, added);
        return Say(Aggregator, withoutSum with { SumRoot = root });
    }

    /// <summary>Tags of ciphertexts under one cohort add up to that of their sum.</summary>
    private SumTag TagOfSum(Signed<Cohort> cohort)
    {
        (_, ImmutableArray<Digest> summed, Digest? added) = _sums[cohort.Statement.SumRoot];
        return SumTag.Sum(
            (added is Digest one ? summed.Add(one) : summed).Select(source => SymbolicTag.Of(source, cohort.Digest)));
    }

    private ImmutableSortedDictionary<PartyId, SumTag> RightTags(Signed<Cohort> cohort) => cohort.Statement.Members
        .Select(member => (member.Participant, Right: SymbolicTag.Of(member.ManifestDigest, cohort.Digest)))
        .Where(member => !member.Right.Equals(_aggregator!.Round.Tags!.Given[member.Participant]))
        .ToImmutableSortedDictionary(member => member.Participant, member => member.Right);

    private static UpdateTag Tag(Signed<Cohort> cohort, SumTag tag) => new()
    {
        Attempt = cohort.Statement.Attempt,
        CohortDigest = new CohortDigest(cohort.Digest),
        Tag = tag,
    };

    private void SendCohort(PartyId to, Signed<Cohort> cohort, ImmutableArray<Signed<UpdateManifest>> manifests)
    {
        if (_cohorts.TryAdd(cohort.Digest, (cohort, manifests)))
        {
            _cohortOrder.Add(cohort.Digest);
        }

        Send(to, new CohortClosed { Cohort = cohort, Manifests = manifests, SealedShares = [] });
    }

    /// <summary>Sums key shares and seals the sum: fresh bytes every time.</summary>
    private ShareSumReleased ShareSum(PartyId holder, AttemptId attempt, CohortDigest cohort, bool bent)
    {
        Signed<ShareSumManifest> manifest = Say(holder, new ShareSumManifest
        {
            Attempt = attempt,
            CohortDigest = cohort,
            SealedSumDigests = [.. _plan.Statement.Participants.Select(_ => Mix(cohort.Value, ++_nonce, 0))],
        });
        if (bent)
        {
            _bent.Add(manifest.Digest);
        }

        return new ShareSumReleased
        {
            Manifest = manifest,
            SealedSums = [.. new ReadOnlyMemory<byte>[_plan.Statement.Participants.Length]],
        };
    }

    private ImmutableArray<Signed<UpdateManifest>> ManifestsOf(Cohort cohort) =>
        [.. cohort.Members.Select(member => _manifests.Single(manifest => manifest.Digest == member.ManifestDigest))];

    private void SendAggregate(PartyId to, RoundRecorded recorded) => Send(to, new AggregateReleased
    {
        Cohort = recorded.Cohort,
        Approvals = recorded.Approvals,
        ShareSums = [.. _keptShareSums.Values.Where(sum => sum.Statement.CohortDigest.Value == recorded.Cohort.Digest)],
        SealedSums = [],
        Tags =
            [.. _keptTags.Where(tag => tag.Key.Cohort == recorded.Cohort.Digest).Select(tag => tag.Value)
                .OrderBy(tag => tag.Sender)],
        SumChunkDigests = _sums[recorded.Cohort.Statement.SumRoot].SumDigests,
    });

    /// <summary>What the aggregator keeps is kept in one transaction with its state: no crash parts them.</summary>
    private void Keep(ImmutableArray<AggregatorEffect> effects)
    {
        foreach (AggregatorEffect effect in effects)
        {
            switch (effect)
            {
                case AggregatorEffect.KeepShareSum(var released):
                    KeepShareSum(released.Manifest);
                    break;
                case AggregatorEffect.KeepLateShareSum(var released):
                    KeepShareSum(released.Manifest);
                    break;
                case AggregatorEffect.KeepUpdate(var update):
                    _keptShares.Add(update.Manifest.Statement.Attempt);
                    break;
                case AggregatorEffect.EraseShares(var kept):
                    _keptShares.RemoveWhere(attempt => attempt != kept);
                    break;
                case AggregatorEffect.KeepTag(var tag):
                    _keptTags[(tag.Statement.CohortDigest.Value, tag.Sender)] = tag;
                    break;
                case AggregatorEffect.KeepOpeningProof(var proof):
                    _keptProofs.TryAdd((proof.Sender, proof.Holder), proof);
                    break;
                case AggregatorEffect.ForwardToOperator(Signed<OpeningProofJudged> judged):
                    CheckVerdict(judged);
                    break;
                case AggregatorEffect.RecordRound(var recorded):
                    _recorded[recorded.Cohort.Statement.Attempt.Round.Value] = recorded;
                    break;
            }
        }
    }

    /// <summary>
    /// Of one key holder's on one cohort the first is kept; those of cohorts that were not released are never sent.
    /// </summary>
    private void KeepShareSum(Signed<ShareSumManifest> sum) =>
        _keptShareSums.TryAdd((sum.Statement.CohortDigest, sum.Sender), sum);

    /// <summary>What the gate checks of an opening besides its signature.</summary>
    private bool Admits(RoundOpened opened) => SessionKeyList.Check(opened.SessionKeys, _configuration) is null;

    /// <summary>What the gate checks besides signatures.</summary>
    private bool Admits(AggregateReleased aggregate) =>
        _scenario.Bug == PlantedBug.OpensUnapproved
        || (CohortConsistency.OfSum(aggregate.Cohort.Statement, aggregate.SumChunkDigests)
            ?? CohortConsistency.OfTags(aggregate.Cohort, aggregate.Tags)
            ?? CohortConsistency.OfRelease(aggregate.Cohort, aggregate.Approvals, aggregate.ShareSums, _configuration)) is null;

    /// <summary>
    /// The noise check, symbolically: it passes when the key sum is of just the updates that were summed, that is when T
    /// share-sums nobody bent are for a cohort of them.
    /// </summary>
    private void OpenSum(PartyId bank, AggregateReleased aggregate)
    {
        (_, ImmutableArray<Digest> summed, Digest? added) = _sums[DigestList.Root(aggregate.SumChunkDigests)];
        if (!TagsAddUp(aggregate))
        {
            if (!_scenario.DishonestAggregator)
            {
                Broken(3, $"{bank} finds an honest aggregator at fault");
            }

            Do(bank, _banks[bank].WrongSum(aggregate.Cohort, "tags").Effects);
            return;
        }

        int fitting = aggregate.ShareSums.Count(sum =>
            !_bent.Contains(sum.Digest)
                && _cohorts[sum.Statement.CohortDigest.Value].Manifests.Select(manifest => manifest.Digest)
                    .SequenceEqual(summed));
        Signed<Cohort> cohort = aggregate.Cohort;
        if (fitting < _scenario.Threshold)
        {
            Do(bank, _banks[bank].NotOpened(cohort, "noise").Effects);
            return;
        }

        if (summed.Any(_spoilt.Contains))
        {
            Step<Protocol.Sessions.ParticipantSession, Protocol.Sessions.ParticipantEffect> spoilt =
                _banks[bank].NotOpened(cohort, "noise", Place);
            _banks[bank] = spoilt.State;
            Do(bank, spoilt.Effects);
            return;
        }

        IEnumerable<Digest> vectors = summed.Select(manifest => _vectors[manifest]);
        var state = new StateDigest(Mix(_banks[bank].State.Value, added is Digest one ? vectors.Append(one) : vectors));
        CheckOpened(bank, cohort, summed, added, state);
        Step<Protocol.Sessions.ParticipantSession, Protocol.Sessions.ParticipantEffect> step =
            _banks[bank].Advanced(cohort.Statement.Attempt, new CohortDigest(cohort.Digest), state);
        _banks[bank] = step.State;
        Do(bank, step.Effects);
    }

    /// <summary>The bank's own check, which a dishonest member of the cohort can make pass with its own tag.</summary>
    private bool TagsAddUp(AggregateReleased aggregate) =>
        _scenario.Bug is PlantedBug.IgnoresTags or PlantedBug.OpensUnapproved
        || aggregate.Tags.Any(tag => _fitting.Contains(tag.Digest))
        || SumTag.Sum(aggregate.Tags.Select(tag => tag.Statement.Tag)).Equals(TagOfSum(aggregate.Cohort));

    private void Learn(Signed<UpdateTag> tag)
    {
        if (!_tags.Contains(tag))
        {
            _tags.Add(tag);
        }
    }

    private void Learn(Signed<CohortApproval> approval)
    {
        if (!_approvals.Contains(approval))
        {
            _approvals.Add(approval);
        }
    }

    private void Learn(ShareSumReleased release)
    {
        if (!_shareSums.Contains(release.Manifest))
        {
            _shareSums.Add(release.Manifest);
        }
    }

    /// <summary>A key holder that lacks a rule, where one is left out on purpose.</summary>
    private KeyHolderSession WithPlantedBug(KeyHolderSession holder, CohortClosed closed) => _scenario.Bug switch
    {
        PlantedBug.NoFence when holder.Promise?.Approval.CohortDigest.Value != closed.Digest => holder with { Promise = null },
        PlantedBug.ReleasedRoundStaysOpen when holder.Promise is { Release: not null } promise
            && promise.Attempt.Attempt < closed.Cohort.Statement.Attempt.Attempt =>
                holder with { Promise = promise with { Release = null } },
        _ => holder,
    };
}
