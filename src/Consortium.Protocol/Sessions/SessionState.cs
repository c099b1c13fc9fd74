using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Rounds;

namespace Consortium.Protocol.Sessions;

/// <summary>
/// A party's state of a session as canonical bytes, to be saved before any effect of a transition is carried out and read back
/// after a restart. Read with the same strictness as messages: a state file can be torn or tampered with too.
/// </summary>
public static class SessionState
{
    private const byte Version = 6;

    public static byte[] Encode(KeyHolderSession session)
    {
        CanonicalWriter writer = Begin("key-holder-state", session.Plan, session.Progress);
        writer.Int64(session.Sequence);
        writer.Digest(session.HeadDigest);
        Optional(writer, session.Promise, promise =>
        {
            promise.Approval.Write(writer);
            Lists.Write(writer, promise.Approvers);
            Optional(writer, promise.Release, release => release.Write(writer));
            writer.UInt8(promise.IsWithdrawn ? 1 : 0);
        });
        Lists.Write(writer, [.. session.Peers.Values]);
        Lists.Write(writer, [.. session.Accused]);
        Optional(writer, session.Halted, writer.Text);
        writer.Digest(session.Key);
        writer.UInt8(session.IsEnded ? 1 : 0);
        return writer.ToArray();
    }

    /// <exception cref="MalformedDataException">Not what <see cref="Encode(KeyHolderSession)"/> wrote.</exception>
    public static KeyHolderSession DecodeKeyHolder(
        ReadOnlyMemory<byte> bytes, PartyId holder, ConsortiumConfiguration configuration)
    {
        CanonicalReader reader = Begin(
            "key-holder-state", bytes, configuration, out Signed<SessionPlan> plan, out SessionProgress progress);
        long sequence = reader.Int64();
        Digest head = reader.Digest();
        Promise? promise = null;
        if (Present(ref reader))
        {
            promise = new Promise
            {
                Approval = CohortApproval.Read(ref reader),
                Approvers = Lists.Parties(ref reader, "approvers"),
                Release = Present(ref reader) ? ShareSumReleased.Read(ref reader) : null,
                IsWithdrawn = Present(ref reader),
            };
        }

        var session = new KeyHolderSession
        {
            Holder = holder,
            Committee = new CommitteeStrength(configuration.KeyHolders.Length, configuration.Threshold),
            Plan = plan,
            Session = new SessionId(plan.Digest),
            Progress = progress,
            Sequence = sequence,
            HeadDigest = head,
            Promise = promise,
            Peers = Lists.Statements<CohortApproval>(ref reader, reader.Limits.KeyHolders, "peers' approvals")
                .ToImmutableSortedDictionary(approval => approval.Sender, approval => approval),
            Accused = [.. Lists.Parties(ref reader, "accused")],
            Halted = Present(ref reader) ? reader.Text() : null,
            Key = reader.Digest(),
            IsEnded = Present(ref reader),
        };
        reader.End();
        return session;
    }

    public static byte[] Encode(ParticipantSession session)
    {
        CanonicalWriter writer = Begin("participant-state", session.Plan, session.Progress);
        writer.Digest(session.State.Value);
        writer.Int32(session.RoundsDone);
        Optional(writer, session.Attempt, writer.Attempt);
        Optional(writer, session.EarlyOpening, opened => opened.Write(writer));
        Optional(writer, session.Update, update => update.Write(writer));
        Optional(writer, session.VectorDigest, writer.Digest);
        Optional(writer, session.CohortToTag, cohort => cohort.Write(writer));
        Optional(writer, session.Tag, tag => tag.Write(writer));
        Optional(writer, session.Disputed, disputed => disputed.Write(writer));
        writer.UInt8(session.OpeningProofIsDue ? 1 : 0);
        Optional(writer, session.OpeningProofDigest, writer.Digest);
        Optional(writer, session.LastAdvance, advance => advance.Write(writer));
        Lists.Write(writer, session.SessionKeys);
        Lists.Write(writer, session.Keys);
        return writer.ToArray();
    }

    /// <exception cref="MalformedDataException">Not what <see cref="Encode(ParticipantSession)"/> wrote.</exception>
    public static ParticipantSession DecodeParticipant(
        ReadOnlyMemory<byte> bytes, PartyId participant, ConsortiumConfiguration configuration)
    {
        CanonicalReader reader = Begin(
            "participant-state", bytes, configuration, out Signed<SessionPlan> plan, out SessionProgress progress);
        var session = new ParticipantSession
        {
            Participant = participant,
            Plan = plan,
            Session = new SessionId(plan.Digest),
            Progress = progress,
            State = new StateDigest(reader.Digest()),
            RoundsDone = reader.Int32(0, plan.Statement.Rounds, "a number of rounds"),
            Attempt = Present(ref reader) ? reader.Attempt() : null,
            EarlyOpening = Present(ref reader) ? Signed<RoundOpened>.Read(ref reader) : null,
            Update = Present(ref reader) ? UpdateSubmitted.Read(ref reader) : null,
            VectorDigest = Present(ref reader) ? reader.Digest() : null,
            CohortToTag = Present(ref reader) ? Signed<Cohort>.Read(ref reader) : null,
            Tag = Present(ref reader) ? UpdateTag.Read(ref reader) : null,
            Disputed = Present(ref reader) ? SumDisputed.Read(ref reader) : null,
            OpeningProofIsDue = Present(ref reader),
            OpeningProofDigest = Present(ref reader) ? reader.Digest() : null,
            LastAdvance = Present(ref reader) ? ModelAdvanced.Read(ref reader) : null,
            SessionKeys = Lists.Digests(ref reader, reader.Limits.KeyHolders, "session keys"),
            Keys = Lists.Keys(ref reader),
        };
        reader.End();
        return session;
    }

    public static byte[] Encode(AggregatorSession session)
    {
        AggregatorRound round = session.Round;
        CanonicalWriter writer = Begin("aggregator-state", session.Plan, session.Progress);
        Lists.Write(writer, session.Keys);
        Lists.Write(writer, [.. session.Declined]);
        Lists.Write(writer, round.SessionKeys);
        writer.Attempt(round.Attempt);
        writer.Digest(round.StartsFrom.Value);
        writer.Int64(round.Deadline);
        writer.Int64(round.NextReminder);
        writer.UInt8((int)round.Phase);
        writer.Int32(round.Updates.Count);
        foreach ((PartyId bank, ReceivedUpdate update) in round.Updates)
        {
            writer.Party(bank);
            writer.Digest(update.ManifestDigest);
            writer.Shape(update.Shape);
            writer.UInt8(update.IsComplete ? 1 : 0);
        }

        Optional(writer, round.WithoutSum, cohort => cohort.Write(writer));
        Optional(writer, round.Cohort, cohort => cohort.Write(writer));
        Lists.Write(writer, [.. round.Approvals.Values]);
        Lists.Write(writer, [.. round.Releases.Values]);
        writer.Int32(round.Rejections.Count);
        foreach ((PartyId holder, Rejected rejected) in round.Rejections)
        {
            writer.Party(holder);
            rejected.Write(writer);
        }

        writer.Int32(session.Advances.Count);
        foreach ((PartyId bank, ReachedState reached) in session.Advances)
        {
            writer.Party(bank);
            writer.Digest(reached.State.Value);
            writer.UInt8(reached.IsFinal ? 1 : 0);
        }

        writer.UInt8(session.IsCompleted ? 1 : 0);
        writer.UInt8(session.AreSharesErased ? 1 : 0);
        Lists.Write(writer, [.. round.Excluded]);
        Lists.Write(writer, [.. round.Voids.Values]);
        Lists.Write(writer, [.. round.Doubts.Values]);
        Optional(writer, round.Tags, tags => tags.Write(writer));
        Optional(writer, round.Dispute, dispute => dispute.Write(writer));
        return writer.ToArray();
    }

    /// <exception cref="MalformedDataException">Not what <see cref="Encode(AggregatorSession)"/> wrote.</exception>
    public static AggregatorSession DecodeAggregator(ReadOnlyMemory<byte> bytes, ConsortiumConfiguration configuration)
    {
        CanonicalReader reader = Begin(
            "aggregator-state", bytes, configuration, out Signed<SessionPlan> plan, out SessionProgress progress);
        ImmutableSortedDictionary<PartyId, Digest> keys = Lists.Keys(ref reader);
        ImmutableArray<PartyId> declined = Lists.Parties(ref reader, "key holders that declined");
        ImmutableArray<Digest> sessionKeys = Lists.Digests(ref reader, reader.Limits.KeyHolders, "session keys");
        AttemptId attempt = reader.Attempt();
        var startsFrom = new StateDigest(reader.Digest());
        AggregatorRound round = AggregatorRound.Begin(
            plan.Statement, configuration, attempt, startsFrom, now: 0, keys, excluded: null) with
        {
            SessionKeys = sessionKeys,
            Deadline = reader.Int64(),
            NextReminder = reader.Int64(),
            Phase = (RoundPhase)reader.UInt8(1, (int)RoundPhase.AwaitingKeys, "a phase"),
        };
        var updates = ImmutableSortedDictionary.CreateBuilder<PartyId, ReceivedUpdate>();
        for (int i = reader.Count(reader.Limits.Participants, 1, "updates"); i > 0; i--)
        {
            updates[reader.Party()] = new ReceivedUpdate(reader.Digest(), reader.Shape(), Present(ref reader));
        }

        round = round with
        {
            Updates = updates.ToImmutable(),
            WithoutSum = Present(ref reader) ? Cohort.Read(ref reader) : null,
            Cohort = Present(ref reader) ? Signed<Cohort>.Read(ref reader) : null,
            Approvals = Lists.Statements<CohortApproval>(ref reader, reader.Limits.KeyHolders, "approvals")
                .ToImmutableSortedDictionary(approval => approval.Sender, approval => approval),
            Releases = Lists.Statements<ShareSumManifest>(ref reader, reader.Limits.KeyHolders, "releases")
                .ToImmutableSortedDictionary(release => release.Sender, release => release),
        };
        for (int i = reader.Count(reader.Limits.KeyHolders, 1, "rejections"); i > 0; i--)
        {
            round = round with { Rejections = round.Rejections.SetItem(reader.Party(), Rejected.Read(ref reader)) };
        }

        var advances = ImmutableSortedDictionary.CreateBuilder<PartyId, ReachedState>();
        for (int i = reader.Count(reader.Limits.Participants, 1, "advances"); i > 0; i--)
        {
            advances[reader.Party()] = new ReachedState(new StateDigest(reader.Digest()), Present(ref reader));
        }

        var session = new AggregatorSession
        {
            Configuration = configuration,
            Plan = plan,
            Session = new SessionId(plan.Digest),
            Progress = progress,
            Round = round,
            Keys = keys,
            Declined = [.. declined],
            Advances = advances.ToImmutable(),
            IsCompleted = Present(ref reader),
            AreSharesErased = Present(ref reader),
        };
        round = round with { Excluded = [.. Lists.Parties(ref reader, "excluded banks")] };
        round = round with
        {
            Voids = Lists.VoidBallots(ref reader).ToImmutableSortedDictionary(ballot => ballot.Participant, ballot => ballot),
            Doubts = Lists.VoidBallots(ref reader).ToImmutableSortedDictionary(ballot => ballot.Participant, ballot => ballot),
        };
        round = round with { Tags = Present(ref reader) ? CohortTags.Read(ref reader, CohortOf(round, ref reader)) : null };
        round = round with { Dispute = Present(ref reader) ? SumDispute.Read(ref reader, CohortOf(round, ref reader)) : null };
        reader.End();
        return session with { Round = round };
    }

    private static Signed<Cohort> CohortOf(AggregatorRound round, ref CanonicalReader reader) =>
        round.Cohort ?? throw reader.Malformed("no tags or dispute without a cohort", "them");

    private static CanonicalWriter Begin(string kind, Signed<SessionPlan> plan, SessionProgress progress)
    {
        var writer = new CanonicalWriter();
        writer.UInt8(Version);
        writer.Ascii(kind);
        plan.Write(writer);
        writer.UInt8((int)progress.Status);
        writer.Int32(progress.Sequence);
        return writer;
    }

    private static CanonicalReader Begin(
        string kind, ReadOnlyMemory<byte> bytes, ConsortiumConfiguration configuration, out Signed<SessionPlan> plan,
        out SessionProgress progress)
    {
        var reader = new CanonicalReader(kind, bytes, configuration.Limits);
        reader.UInt8(Version, Version, "state version");
        int at = reader.Offset;
        string found = reader.Ascii(32, "a kind of state");
        if (found != kind)
        {
            throw reader.Malformed(at, kind, found);
        }

        plan = Signed<SessionPlan>.Read(ref reader);
        progress = new SessionProgress(
            (SessionStatus)reader.UInt8(1, (int)SessionStatus.Aborted, "a session status"),
            reader.Int32(0, int.MaxValue, "a sequence number"));
        return reader;
    }

    private static void Optional<T>(CanonicalWriter writer, T? value, Action<T> write)
        where T : class
    {
        writer.UInt8(value is null ? 0 : 1);
        if (value is not null)
        {
            write(value);
        }
    }

    private static void Optional<T>(CanonicalWriter writer, T? value, Action<T> write)
        where T : struct
    {
        writer.UInt8(value is null ? 0 : 1);
        if (value is T present)
        {
            write(present);
        }
    }

    private static bool Present(ref CanonicalReader reader) => reader.UInt8(0, 1, "0 or 1") == 1;
}
