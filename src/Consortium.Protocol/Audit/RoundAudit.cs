using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Audit;

/// <summary>
/// Recomputes one released round from what the aggregator retained, trusting nobody: signatures, digests, the cohort's rules,
/// every member's tag, and the sum itself, chunk by chunk, in the memory of one chunk. Any member can run it; nothing secret
/// is needed. Not thread-safe.
/// </summary>
public sealed class RoundAudit
{
    private readonly RetainedRound _round;
    private readonly ConsortiumConfiguration _configuration;
    private readonly List<AuditFinding> _findings = [];
    private readonly ChunkSum? _sum;
    private readonly ImmutableArray<SumTagger> _taggers = [];
    private readonly byte[] _expected = new byte[WireChunk.Size];
    private int _nextChunk;

    /// <summary>Checks everything but the chunks.</summary>
    public RoundAudit(ConsortiumConfiguration configuration, Signed<SessionPlan> plan, RetainedRound round)
    {
        _configuration = configuration;
        _round = round;
        _findings.AddRange(OfPlan(configuration, plan));
        CheckSignatures();
        CheckCohort(plan);
        CheckBallots();
        CheckRelease();
        CheckDigestLists();
        CheckModel();
        if (ShapeRules.Check(Cohort.Shape, plan.Statement) is null && round.Manifests.Length == Cohort.Members.Length
            && round.ChunkDigests.Length == round.Manifests.Length)
        {
            _sum = new ChunkSum(Cohort.Shape.LayoutFor(plan.Statement), 0);
            SumTagger first = CohortSeed.CreateTagger(round.Cohort, plan.Statement);
            _taggers = [first, .. Cohort.Members.Skip(1).Select(_ => first.CreateSibling())];
        }
    }

    private Cohort Cohort => _round.Cohort.Statement;

    /// <summary>
    /// Checks a session's plan alone: whether the operator signed it, and whether it can work. A round under a plan that fails is
    /// not worth auditing.
    /// </summary>
    public static ImmutableArray<AuditFinding> OfPlan(ConsortiumConfiguration configuration, Signed<SessionPlan> plan)
    {
        var findings = ImmutableArray.CreateBuilder<AuditFinding>();
        if (StatementCheck.Of(plan, configuration) is Rejection rejection)
        {
            findings.Add(new AuditFinding(AuditCheck.Plan, null, plan.Sender, null, rejection.Detail));
        }

        findings.AddRange(PlanCheck.Problems(plan.Statement, configuration)
            .Select(problem => new AuditFinding(AuditCheck.Plan, null, plan.Sender, null, problem.ToString())));
        return findings.ToImmutable();
    }

    /// <summary>
    /// Checks the next chunk index: every member's chunk against its digest, and their sum against the released one.
    /// </summary>
    /// <param name="updates">The members' chunks of that index, in the cohort's order.</param>
    /// <param name="sum">The released chunk of that index.</param>
    public void AddChunk(ImmutableArray<ReadOnlyMemory<byte>> updates, ReadOnlyMemory<byte> sum)
    {
        int chunk = _nextChunk++;
        if (_sum is null || chunk >= Cohort.Shape.Chunks || chunk >= _round.SumDigests.Length)
        {
            return;
        }

        if (updates.Length != _round.Manifests.Length)
        {
            Find(AuditCheck.Updates, null, chunk, $"{updates.Length} chunks for {_round.Manifests.Length} members");
            return;
        }

        _sum.Restart(chunk);
        bool complete = true;
        for (int i = 0; i < updates.Length; i++)
        {
            complete &= Accept(i, chunk, updates[i].Span);
        }

        if (Digest.Of(sum.Span) != _round.SumDigests[chunk])
        {
            Find(AuditCheck.Sum, _round.Cohort.Sender, chunk, "the released chunk is not the one that key holders approved");
        }

        if (complete)
        {
            _sum.WriteTo(_expected);
            if (!sum.Span.SequenceEqual(_expected))
            {
                Find(AuditCheck.Sum, _round.Cohort.Sender, chunk, "the released chunk is not the sum of the members' chunks");
            }
        }
    }

    /// <summary>What holds, once all chunks were added.</summary>
    public AuditVerdict Conclude() => new(
        Cohort.Attempt,
        [.. Cohort.Members.Select(member => member.Participant)],
        _sum is null ? 0 : Math.Min(_nextChunk, Cohort.Shape.Chunks),
        Cohort.Shape.Chunks,
        [.. _findings, .. WrongTags()]);

    /// <summary>Of members all of whose chunks were added and are what they signed.</summary>
    private IEnumerable<AuditFinding> WrongTags() =>
        from tagger in _taggers.Index()
        where tagger.Item.NextChunk == Cohort.Shape.Chunks
        let bank = Cohort.Members[tagger.Index].Participant
        let given = _round.Tags.FirstOrDefault(tag => tag.Sender == bank)
        where given is not null && !given.Statement.Tag.Equals(tagger.Item.ToTag())
        select new AuditFinding(
            AuditCheck.Tags, Cohort.Attempt.Round, bank, null, "the tag that this bank signed is not that of its chunks");

    private bool Accept(int member, int chunk, ReadOnlySpan<byte> wire)
    {
        PartyId participant = Cohort.Members[member].Participant;
        ImmutableArray<Digest> digests = _round.ChunkDigests[member];
        if (chunk >= digests.Length || Digest.Of(wire) != digests[chunk])
        {
            Find(AuditCheck.Updates, participant, chunk, "the chunk is not the one this bank signed");
            return false;
        }

        try
        {
            _sum!.Add(wire);
            if (_taggers[member].NextChunk == chunk)
            {
                _taggers[member].Add(wire);
            }

            return true;
        }
        catch (MalformedDataException problem)
        {
            Find(AuditCheck.Updates, participant, chunk, $"the chunk this bank signed is malformed: {problem.Message}");
            return false;
        }
    }

    private void CheckSignatures()
    {
        CheckSigned([_round.Cohort]);
        CheckSigned(_round.Manifests);
        CheckSigned(_round.Tags);
        CheckSigned(_round.Approvals);
        CheckSigned(_round.ShareSums);
        CheckSigned(_round.Advances);
        CheckSigned([.. _round.Voids.Select(ballot => ballot.Manifest)]);
        CheckSigned([.. _round.Voids.SelectMany(ballot => ballot.Rejections)]);
        CheckSigned([.. _round.Voids.Select(ballot => ballot.Revealed?.Commitment).OfType<Signed<UpdateManifest>>()]);
    }

    private void CheckSigned<T>(ImmutableArray<Signed<T>> statements)
        where T : class, IStatement<T>
    {
        foreach (Signed<T> statement in statements)
        {
            if (StatementCheck.Of(statement, _configuration) is Rejection rejection)
            {
                Find(AuditCheck.Signatures, statement.Sender, null, rejection.Detail);
            }
        }
    }

    private void CheckCohort(Signed<SessionPlan> plan)
    {
        Rejection? rejection = CohortRules.Check(Cohort, plan.Statement, new SessionId(plan.Digest), _round.Voids)
            ?? CohortConsistency.OfVoids(Cohort, _round.Voids, _configuration)
            ?? CohortConsistency.Of(Cohort, _round.Manifests, _configuration);
        if (rejection is not null)
        {
            Find(AuditCheck.Cohort, _round.Cohort.Sender, null, rejection.Detail);
        }

        if (CohortConsistency.OfTags(_round.Cohort, _round.Tags) is Rejection untagged)
        {
            Find(AuditCheck.Tags, _round.Cohort.Sender, null, untagged.Detail);
        }
    }

    /// <summary>Key holders approve no vote with a ballot that anybody can see is none.</summary>
    private void CheckBallots()
    {
        foreach (Signed<UpdateManifest> manifest in Cohort.Shape.IsBallot ? _round.Manifests : [])
        {
            if (!SealedBallot.TryCheck(manifest, _configuration.Threshold, out _, out string? problem))
            {
                Find(AuditCheck.Updates, manifest.Sender, null, $"voted by {problem}");
            }
        }
    }

    private void CheckRelease()
    {
        if (CohortConsistency.OfRelease(_round.Cohort, _round.Approvals, _round.ShareSums, _configuration) is Rejection rejection)
        {
            Find(AuditCheck.Release, _round.Cohort.Sender, null, rejection.Detail);
        }
    }

    private void CheckDigestLists()
    {
        if (CohortConsistency.OfSum(Cohort, _round.SumDigests) is Rejection rejection)
        {
            Find(AuditCheck.Sum, _round.Cohort.Sender, null, rejection.Detail);
        }

        for (int i = 0; i < Math.Min(_round.Manifests.Length, _round.ChunkDigests.Length); i++)
        {
            if (UpdateConsistency.OfChunks(_round.Manifests[i].Statement, _round.ChunkDigests[i]) is Rejection inconsistent)
            {
                Find(AuditCheck.Updates, _round.Manifests[i].Sender, null, inconsistent.Detail);
            }
        }
    }

    private void CheckModel()
    {
        ImmutableArray<Signed<ModelAdvanced>> advances =
            [.. _round.Advances.Where(
                advance => advance.Statement.Attempt == Cohort.Attempt
                    && advance.Statement.CohortDigest.Value == _round.Cohort.Digest)];
        StateDigest most = advances.GroupBy(advance => advance.Statement.State).MaxBy(state => state.Count())?.Key ?? default;
        foreach (Signed<ModelAdvanced> advance in advances.Where(advance => advance.Statement.State != most))
        {
            Find(AuditCheck.Model, advance.Sender, null, $"reached {advance.Statement.State}, most banks {most}");
        }
    }

    private void Find(AuditCheck check, PartyId? party, int? chunk, string detail) =>
        _findings.Add(new AuditFinding(check, Cohort.Attempt.Round, party, chunk, detail));
}
