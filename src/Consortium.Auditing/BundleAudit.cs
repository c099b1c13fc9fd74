using System.Buffers.Binary;
using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Auditing;

/// <summary>
/// Audits a bundle that anyone may have written, in the memory of one round's statements and one chunk of every bank. What does
/// not hold is a
/// finding; only what is no bundle of this consortium at all is an exception.
/// </summary>
public sealed class BundleAudit
{
    /// <summary>The longest <c>consortium.json</c> that is read.</summary>
    private const long LargestConfiguration = 8 << 20;

    private readonly BundleReader _reader;
    private readonly ConsortiumConfiguration _configuration;
    private readonly Signed<SessionPlan> _plan;
    private readonly RoundNumber _first;
    private readonly int _count;
    private readonly List<AuditVerdict> _verdicts = [];
    private readonly List<RetainedRound> _rounds = [];
    private readonly List<AuditFinding> _findings = [];
    private RoundAudit? _open;
    private int? _openChunk;

    private BundleAudit(
        BundleReader reader, ConsortiumConfiguration configuration, Signed<SessionPlan> plan, RoundNumber first, int count)
    {
        _reader = reader;
        _configuration = configuration;
        _plan = plan;
        _first = first;
        _count = count;
    }

    private SessionId Session => new(_plan.Digest);

    /// <summary>Audits what <paramref name="bundle"/> holds.</summary>
    /// <param name="bundle">Can tell its length.</param>
    /// <param name="agreed">The digest of the configuration that the members agreed on.</param>
    /// <param name="ownRecord">Reads the caller's own note of a session's rounds; null when there is none.</param>
    /// <exception cref="MalformedDataException">It is no bundle.</exception>
    /// <exception cref="InvalidConfigurationException">Its configuration cannot work.</exception>
    /// <exception cref="OtherConsortiumException">It is of another consortium.</exception>
    public static async Task<BundleVerdict> RunAsync(
        Stream bundle, ConsortiumDigest agreed, Func<SessionId, Task<IReadOnlyList<OwnRound>>>? ownRecord,
        CancellationToken cancellationToken)
    {
        var reader = new BundleReader(bundle);
        await reader.BeginAsync(cancellationToken);
        byte[] file = (await reader.ReadAsync(Most(BundleRecord.Configuration, LargestConfiguration), cancellationToken)).Content;
        ConsortiumConfiguration configuration = ConsortiumFile.Parse(file).ToConfiguration();
        if (configuration.Digest != agreed)
        {
            throw new OtherConsortiumException(configuration.Digest, agreed);
        }

        byte[] planned = (
            await reader.ReadAsync(Most(BundleRecord.Plan, configuration.Limits.MessageBytes), cancellationToken)).Content;
        if (MessageCodec.Decode(planned, configuration.Limits) is not Signed<SessionPlan> plan)
        {
            throw new MalformedDataException("audit bundle", reader.Position, "a session plan", "another message");
        }

        byte[] scope = (await reader.ReadAsync(Most(BundleRecord.Scope, 8), cancellationToken)).Content;
        int first = scope.Length == 8 ? BinaryPrimitives.ReadInt32LittleEndian(scope) : 0,
        count = scope.Length == 8 ? BinaryPrimitives.ReadInt32LittleEndian(scope.AsSpan(4)) : -1;
        if (
            first is < 1 or > RoundNumber.Maximum
                || count is < 0 or > RoundNumber.Maximum || first + count - 1 > RoundNumber.Maximum)
        {
            throw new MalformedDataException("audit bundle", reader.Position, "a first round and a number of rounds", "others");
        }

        var audit = new BundleAudit(reader, configuration, plan, new RoundNumber(first), count);
        await audit.ReadRoundsAsync(cancellationToken);
        if (ownRecord is not null)
        {
            audit.Compare(await ownRecord(audit.Session));
        }

        return audit.Conclude();
    }

    private async Task ReadRoundsAsync(CancellationToken cancellationToken)
    {
        if (RoundAudit.OfPlan(_configuration, _plan) is { IsEmpty: false } problems)
        {
            _findings.AddRange(problems); // under a plan that is not the operator's, or cannot work, nothing else means anything
            return;
        }

        var most = new Dictionary<BundleRecord, long>
        {
            [BundleRecord.Round] = RetainedRound.MaximumBytes(_configuration.Limits),
            [BundleRecord.End] = sizeof(int),
        };
        try
        {
            while (await _reader.ReadAsync(most, cancellationToken) is var (kind, content) && kind == BundleRecord.Round)
            {
                await AuditAsync(RetainedRound.FromBytes(content, _configuration.Limits), cancellationToken);
            }

            _reader.End();
        }
        catch (MalformedDataException malformed)
        {
            bool isOpen = _verdicts.Count < _rounds.Count;
            int last = _rounds.Count == 0 ? _first.Value - 1 : _rounds[^1].Cohort.Statement.Attempt.Round.Value;
            if (isOpen)
            {
                _verdicts.Add(_open!.Conclude());
            }

            RoundNumber at = new(Math.Min(isOpen ? last : last + 1, RoundNumber.Maximum));
            _findings.Add(
                new AuditFinding(
                    AuditCheck.Bundle, at, null, _openChunk, $"the bundle is cut off or damaged: {malformed.Message}"));
        }
    }

    private async Task AuditAsync(RetainedRound round, CancellationToken cancellationToken)
    {
        _open = new RoundAudit(_configuration, _plan, round);
        _rounds.Add(round with { Manifests = [], ChunkDigests = [], SumDigests = [], Approvals = [], ShareSums = [] });
        int columns = round.Manifests.Length + 1;
        IReadOnlyDictionary<BundleRecord, long> most = Most(BundleRecord.Chunk, (long)columns * WireChunk.Size);
        for (int chunk = 0; chunk < round.Cohort.Statement.Shape.Chunks; chunk++)
        {
            _openChunk = chunk;
            byte[] row = (await _reader.ReadAsync(most, cancellationToken)).Content;
            if (row.Length != columns * WireChunk.Size)
            {
                throw new MalformedDataException(
                    "audit bundle", _reader.Position - row.Length, $"{columns} chunks of {WireChunk.Size} bytes",
                    $"{row.Length} bytes");
            }

            _open.AddChunk(
                [
                    .. Enumerable.Range(0, columns - 1).Select(
                        member => (ReadOnlyMemory<byte>)row.AsMemory(member * WireChunk.Size, WireChunk.Size)),
                ],
                row.AsMemory((columns - 1) * WireChunk.Size));
        }

        _openChunk = null;
        _verdicts.Add(_open.Conclude());
    }

    /// <summary>Holds the rounds against what a bank noted when it applied them.</summary>
    private void Compare(IReadOnlyList<OwnRound> own)
    {
        if (own.Count == 0)
        {
            _findings.Add(
                new AuditFinding(
                    AuditCheck.Session, null, null, null,
                    "the bank whose data folder was given applied no round of this session"));
        }

        foreach (OwnRound record in own.Where(record => IsAsked(record.Round)))
        {
            RetainedRound? round = _rounds.FirstOrDefault(round => round.Cohort.Statement.Attempt.Round == record.Round);
            StateDigest? most = round?.Advances.GroupBy(advance => advance.Statement.State).MaxBy(group => group.Count())?.Key;
            if (round is null)
            {
                _findings.Add(
                    new AuditFinding(
                        AuditCheck.Session, record.Round, null, null,
                        "your bank applied this round, and the bundle does not have it"));
            }
            else if (round.Cohort.Digest != record.Cohort.Value)
            {
                _findings.Add(
                    new AuditFinding(
                        AuditCheck.Cohort, record.Round, round.Cohort.Sender, null,
                        $"your bank opened cohort {record.Cohort}, the bundle has {round.Cohort.Digest}"));
            }
            else if (most is not null && most != record.State)
            {
                _findings.Add(
                    new AuditFinding(
                        AuditCheck.Model, record.Round, null, null,
                        $"your bank reached {record.State}, most banks of the bundle {most}"));
            }
        }
    }

    private bool IsAsked(RoundNumber round) =>
        round.Value >= _first.Value && (_count == 0 || round.Value < _first.Value + (long)_count);

    private BundleVerdict Conclude()
    {
        bool isWhole = _findings.All(finding => finding.Check is not (AuditCheck.Bundle or AuditCheck.Plan));
        if (isWhole)
        {
            _findings.AddRange(SessionAudit.Check(_plan.Statement, _rounds, _first));
            _findings.AddRange(_rounds
                .Select(round => round.Cohort.Statement.Attempt.Round)
                .Where(round => !IsAsked(round))
                .Select(round => new AuditFinding(
                    AuditCheck.Bundle, round, null, null, "the bundle does not say that it has this round")));
            int last = _rounds.Count == 0 ? _first.Value - 1 : _rounds[^1].Cohort.Statement.Attempt.Round.Value;
            for (int round = last + 1; round < _first.Value + (long)_count; round++)
            {
                _findings.Add(new AuditFinding(AuditCheck.Session, new RoundNumber(round), null, null, "the round is missing"));
            }
        }

        bool isEnd = _rounds is [.., var end]
            && (end.Cohort.Statement.Attempt.Round.Value == _plan.Statement.Rounds
                || end.Advances.GroupBy(advance => (advance.Statement.State, advance.Statement.IsFinal))
                    .MaxBy(group => group.Count())?.Key.IsFinal == true);
        return new BundleVerdict(
            _configuration.Digest, Session, _plan.Statement, _first, _count == 0, isEnd, [.. _verdicts], [.. _findings]);
    }

    private static IReadOnlyDictionary<BundleRecord, long> Most(BundleRecord kind, long length) =>
        new Dictionary<BundleRecord, long> { [kind] = length };
}
