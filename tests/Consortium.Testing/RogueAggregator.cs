using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Bus;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>
/// The aggregator's keys and queue in the hands of an attacker: collects what honest parties send, and says to each of them
/// whatever the test wants said. Does nothing by itself.
/// </summary>
public sealed class RogueAggregator
{
    private readonly ConsortiumFolder _folder;
    private readonly Action<PartyId, ReadOnlyMemory<byte>> _post;
    private readonly Func<Func<bool>, Task> _waitFor;
    private readonly Func<Task> _settle;
    private readonly Dictionary<(PartyId Bank, AttemptId Attempt), UpdateSubmitted> _updates = [];
    private readonly Dictionary<Digest, SortedList<int, ChunkFrame>> _frames = [];
    private readonly Dictionary<Digest, byte[][]> _sums = [];
    private readonly ConcurrentDictionary<PartyId, ConcurrentQueue<byte[]>> _posted = [];

    private Signed<RoundOpened>? _opened;

    /// <param name="post">Sends a frame to a party.</param>
    /// <param name="waitFor">Waits until something holds.</param>
    /// <param name="settle">Waits until everyone has acted on what was sent, where that can be told.</param>
    public RogueAggregator(
        ConsortiumFolder folder, Action<PartyId, ReadOnlyMemory<byte>> post, Func<Func<bool>, Task> waitFor, Func<Task> settle)
    {
        (_folder, _post, _waitFor, _settle) = (folder, post, waitFor, settle);
    }

    /// <summary>Whether a party that has no plan yet, because something overtook it, is sent everything once more.</summary>
    public bool SendsPlanAgain { get; init; }

    /// <summary>What a bank was asked for last.</summary>
    public Signed<RoundOpened> Opened => _opened!;

    /// <summary>The operator's plan.</summary>
    public Signed<SessionPlan> Plan { get; private set; } = null!;

    public List<Signed<CohortApproval>> Approvals { get; } = [];

    /// <summary>What key holders offered for the session.</summary>
    public List<Signed<SessionKeyOffered>> Keys { get; } = [];

    /// <summary>Which key a bank is given where a key holder offered this one.</summary>
    public Func<PartyId, Signed<SessionKeyOffered>, Signed<SessionKeyOffered>> KeyFor { get; set; } = (_, key) => key;

    /// <summary>Key holders whose keys no bank is given.</summary>
    public HashSet<PartyId> WithoutKeys { get; } = [];

    /// <summary>What banks gave for the cohorts that they were sent.</summary>
    public List<Signed<UpdateTag>> Tags { get; } = [];

    public List<ShareSumReleased> Releases { get; } = [];

    public List<(PartyId By, Rejected Rejected)> Rejections { get; } = [];

    public List<Signed<ModelAdvanced>> Advances { get; } = [];

    private PartyId Self => _folder.Configuration.Aggregator.Id;

    /// <summary>Passes the operator's plan and the key holders' keys on, and asks all banks for updates.</summary>
    public async Task BeginAsync(SessionPlan plan)
    {
        PostPlan(plan);
        await _waitFor(() => OfSession.Length == _folder.Configuration.KeyHolders.Length - WithoutKeys.Count);
        PostKeys(plan.Participants);
        await OpenAsync(1, 1, plan.InitialState);
    }

    /// <summary>Passes the operator's plan on.</summary>
    public void PostPlan(SessionPlan plan)
    {
        Plan = _folder.Sign(_folder.Configuration.Operator.Id, plan);
        foreach (PartyId party in plan.Participants.Concat(_folder.Configuration.KeyHolders.Select(holder => holder.Id)))
        {
            Post(party, Plan);
        }
    }

    private Signed<SessionKeyOffered>[] OfSession =>
        [.. Keys.Where(key => key.Statement.Session.Value == Plan.Digest && !WithoutKeys.Contains(key.Sender))];

    /// <summary>Passes all keys of the session on.</summary>
    public void PostKeys(IEnumerable<PartyId> banks)
    {
        foreach (PartyId bank in banks)
        {
            foreach (Signed<SessionKeyOffered> key in OfSession)
            {
                Post(bank, KeyFor(bank, key));
            }
        }
    }

    public AttemptId Attempt(int round = 1, int attempt = 1) =>
        new(_folder.Configuration.Digest, new SessionId(
            Plan.Digest), new RoundNumber(round), new AttemptNumber(attempt));

    /// <summary>Asks all banks for updates, and waits for them.</summary>
    public async Task OpenAsync(int round, int attempt, StateDigest startsFrom)
    {
        foreach (PartyId bank in Plan.Statement.Participants)
        {
            _opened = Opening(bank, round, attempt, startsFrom);
            Post(bank, _opened);
        }

        await _waitFor(() => Plan.Statement.Participants.All(bank =>
            _updates.TryGetValue((bank, Attempt(round, attempt)), out UpdateSubmitted? update)
            && _frames.TryGetValue(update.Digest, out SortedList<int, ChunkFrame>? frames)
            && frames.Values.Sum(frame => frame.Count) == update.ChunkDigests.Length));
    }

    private Signed<RoundOpened> Opening(PartyId bank, int round, int attempt, StateDigest startsFrom) =>
        _folder.Sign(
            Self,
            new RoundOpened
            {
                Attempt = Attempt(round, attempt),
                StartsFrom = startsFrom,
                Deadline = long.MaxValue,
                SessionKeys = TestSecrets.List(_folder.Configuration, [.. OfSession.Select(key => KeyFor(bank, key))]),
            });

    public UpdateSubmitted Update(PartyId bank, int round = 1, int attempt = 1) => _updates[(bank, Attempt(round, attempt))];

    /// <summary>Takes an update in the place of the one that its bank sent.</summary>
    public void Replace(UpdateSubmitted update)
    {
        _frames[update.Digest] = _frames[Update(update.Sender).Digest];
        _updates[(update.Sender, update.Manifest.Statement.Attempt)] = update;
    }

    /// <summary>The ciphertext that a bank sent, chunk by chunk.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Chunks(PartyId bank, int round = 1, int attempt = 1) =>
        [.. _frames[Update(bank, round, attempt).Digest].Values.SelectMany(
            frame => Enumerable.Range(0, frame.Count).Select(frame.Chunk))];

    /// <summary>Signs a cohort of some banks, over their sum as <paramref name="bend"/> leaves it.</summary>
    public Signed<Cohort> Close(IEnumerable<PartyId> members, int round = 1, int attempt = 1, Action<byte[][]>? bend = null)
    {
        ImmutableArray<PartyId> banks = [.. members.Order()];
        UpdateManifest manifest = Update(banks[0], round, attempt).Manifest.Statement;
        SlotLayout layout = manifest.Shape.LayoutFor(Plan.Statement);
        byte[][] sums = [.. Enumerable.Range(0, manifest.Shape.Chunks).Select(chunk =>
        {
            var sum = new ChunkSum(layout, chunk);
            foreach (PartyId bank in banks)
            {
                sum.Add(Chunks(bank, round, attempt)[chunk].Span);
            }

            byte[] wire = new byte[WireChunk.Size];
            sum.WriteTo(wire);
            return wire;
        })];
        bend?.Invoke(sums);
        Signed<Cohort> cohort = _folder.Sign(Self, new Cohort
        {
            Attempt = manifest.Attempt,
            StartedFrom = manifest.StartedFrom,
            Shape = manifest.Shape,
            Members = [.. banks.Select(bank => new CohortMember(bank, Update(bank, round, attempt).Digest))],
            SumRoot = DigestList.Root(Digests(sums)),
        });
        _sums[cohort.Digest] = sums;
        return cohort;
    }

    /// <summary>Asks a key holder to approve, and lets everyone act on it.</summary>
    public async Task AskAsync(PartyId holder, Signed<Cohort> cohort)
    {
        int index = _folder.Configuration.IndexOfKeyHolder(holder);
        UpdateSubmitted[] updates =
            [.. cohort.Statement.Members.Select(
                member => _updates.Values.Single(update => update.Digest == member.ManifestDigest))];
        Post(holder, new CohortClosed
        {
            Cohort = cohort,
            Manifests = [.. updates.Select(update => update.Manifest)],
            SealedShares = [.. updates.Select(update => update.SealedShares[index])],
        });
        await _settle();
    }

    /// <summary>
    /// Passes on all approvals of an attempt that it has, one of each key holder, those of <paramref name="cohort"/> first.
    /// </summary>
    public async Task RelayAsync(PartyId holder, Signed<Cohort> cohort)
    {
        Post(holder, new ApprovalsRelayed
        {
            Approvals =
            [
                .. Approvals.Where(approval => approval.Statement.Attempt == cohort.Statement.Attempt)
                    .OrderByDescending(approval => approval.Statement.CohortDigest.Value == cohort.Digest)
                    .DistinctBy(approval => approval.Sender),
            ],
        });
        await _settle();
    }

    public async Task RelayToAllAsync(Signed<Cohort> cohort)
    {
        foreach (Member holder in _folder.Configuration.KeyHolders)
        {
            await RelayAsync(holder.Id, cohort);
        }
    }

    /// <summary>Asks the members of a cohort for their tags.</summary>
    public async Task AskForTagsAsync(Signed<Cohort> cohort)
    {
        foreach (PartyId bank in cohort.Statement.Parties)
        {
            Post(bank, cohort);
        }

        await _settle();
    }

    /// <summary>Everything that key holders take for a release of this cohort, and the members' tags.</summary>
    public async Task ReleaseAsync(Signed<Cohort> cohort, params IEnumerable<PartyId> holders)
    {
        await AskForTagsAsync(cohort);
        foreach (PartyId holder in holders)
        {
            await AskAsync(holder, cohort);
        }

        foreach (PartyId holder in holders)
        {
            await RelayAsync(holder, cohort);
        }
    }

    /// <summary>Sends every bank of the plan what opens a cohort's sum, and the sum's chunks.</summary>
    public async Task PublishAsync(Signed<Cohort> cohort, Func<int, byte[], byte[]>? swap = null)
    {
        for (int bank = 0; bank < Plan.Statement.Participants.Length; bank++)
        {
            PartyId to = Plan.Statement.Participants[bank];
            Post(to, Aggregate(cohort, bank));
            for (int chunk = 0; chunk < _sums[cohort.Digest].Length; chunk++)
            {
                byte[] wire = _sums[cohort.Digest][chunk];
                var frame = new ChunkFrame
                {
                    Attempt = cohort.Statement.Attempt,
                    Source = cohort.Digest,
                    First = chunk,
                    Count = 1,
                    Chunks = swap?.Invoke(chunk, wire) ?? wire,
                };
                _post(to, frame.Encode());
            }
        }

        await _settle();
    }

    public ImmutableArray<Digest> Digests(Signed<Cohort> cohort) => Digests(_sums[cohort.Digest]);

    public byte[] Sum(Signed<Cohort> cohort, int chunk) => _sums[cohort.Digest][chunk];

    private void Post(PartyId to, Message message)
    {
        byte[] body = MessageCodec.Encode(message);
        _posted.GetOrAdd(to, _ => []).Enqueue(body);
        _post(to, body);
    }

    private static ImmutableArray<Digest> Digests(byte[][] sums) => [.. sums.Select(sum => Digest.Of(sum))];

    private AggregateReleased Aggregate(Signed<Cohort> cohort, int bank)
    {
        ShareSumReleased[] releases =
            [.. Releases.Where(release => release.Manifest.Statement.CohortDigest.Value == cohort.Digest)];
        return new AggregateReleased
        {
            Cohort = cohort,
            Approvals = [.. Approvals.Where(approval => approval.Statement.CohortDigest.Value == cohort.Digest)],
            ShareSums = [.. releases.Select(release => release.Manifest)],
            SealedSums = [.. releases.Select(release => release.SealedSums[bank])],
            Tags = TagsOf(cohort),
            SumChunkDigests = Digests(cohort),
        };
    }

    public ImmutableArray<Signed<UpdateTag>> TagsOf(Signed<Cohort> cohort) =>
        [.. Tags.Where(tag => tag.Statement.CohortDigest.Value == cohort.Digest).OrderBy(tag => tag.Sender)];

    /// <summary>Has a bank that is its friend sign for chunks that it did not send, chunk 0 first.</summary>
    public void SignFor(Signed<Cohort> cohort, PartyId bank, IReadOnlyList<ReadOnlyMemory<byte>> chunks)
    {
        using SumTagger tagger = CohortSeed.CreateTagger(cohort, Plan.Statement);
        foreach (ReadOnlyMemory<byte> chunk in chunks)
        {
            tagger.Add(chunk.Span);
        }

        Signed<UpdateTag> own = TagsOf(cohort).Single(tag => tag.Sender == bank);
        Tags.Remove(own);
        Tags.Add(_folder.Sign(
            bank, own.Statement with { Tag = SumTag.Sum([own.Statement.Tag, tagger.ToTag()]) }));
    }

    /// <summary>
    /// Keeps what anyone sends in the plan's session; the queue may still hold messages of sessions before it. One frame
    /// at a time.
    /// </summary>
    public Delivery Receive(Frame frame)
    {
        if (frame.Body.Span.StartsWith("CNCF"u8))
        {
            ChunkFrame chunks = ChunkFrame.Decode(frame.Body, _folder.Configuration.Limits);
            (_frames.TryGetValue(chunks.Source, out SortedList<int, ChunkFrame>? frames)
                ? frames
                : _frames[chunks.Source] = [])[chunks.First] = chunks;
            return Delivery.Accepted;
        }

        Message message = MessageCodec.Decode(frame.Body, _folder.Configuration.Limits);
        if (Plan is null || message.Session != new SessionId(Plan.Digest))
        {
            return Delivery.Accepted;
        }

        switch (message)
        {
            case Signed<SessionKeyOffered> offered when Keys.All(known => known.Digest != offered.Digest):
                Keys.Add(offered);
                break;
            case UpdateSubmitted update:
                _updates[(update.Sender, update.Manifest.Statement.Attempt)] = update;
                break;
            case Signed<CohortApproval> approval when Approvals.All(known => known.Digest != approval.Digest):
                Approvals.Add(approval);
                break;
            case Signed<UpdateTag> tag when Tags.All(known => known.Digest != tag.Digest):
                Tags.Add(tag);
                break;
            case ShareSumReleased release when Releases.All(known => known.Manifest.Digest != release.Manifest.Digest):
                Releases.Add(release);
                break;
            case Signed<Rejected> { Statement.AsksForPlan: true } when SendsPlanAgain:
                foreach (byte[] body in _posted[frame.Sender])
                {
                    _post(frame.Sender, body); // what followed the plan came first, and was dropped
                }

                break;
            case Signed<Rejected> rejected:
                Rejections.Add((frame.Sender, rejected.Statement));
                break;
            case Signed<ModelAdvanced> advanced:
                Advances.Add(advanced);
                break;
        }

        return Delivery.Accepted;
    }
}
