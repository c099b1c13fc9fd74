using System.Buffers.Binary;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Messages;

namespace Consortium.Auditing;

/// <summary>
/// Writes an audit bundle: "CNAB", a version byte, then records of a kind (a byte), a length (32 bits, little-endian) and
/// content, in
/// the order of <see cref="BundleRecord"/>. In the memory of one record.
/// </summary>
/// <param name="output">Stays open.</param>
public sealed class BundleWriter(Stream output)
{
    internal const byte Version = 1;

    private int _rounds;

    internal static ReadOnlySpan<byte> Magic => "CNAB"u8;

    /// <param name="configuration">The bytes of <c>consortium.json</c>.</param>
    /// <param name="first">The first round that was asked for.</param>
    /// <param name="count">How many rounds were asked for; 0 for all there are.</param>
    public async Task BeginAsync(
        ReadOnlyMemory<byte> configuration, Signed<SessionPlan> plan, RoundNumber first, int count,
        CancellationToken cancellationToken)
    {
        byte[] head = [.. Magic, Version], scope = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(scope, first.Value);
        BinaryPrimitives.WriteInt32LittleEndian(scope.AsSpan(4), count);
        await output.WriteAsync(head, cancellationToken);
        await WriteAsync(BundleRecord.Configuration, configuration, cancellationToken);
        await WriteAsync(BundleRecord.Plan, MessageCodec.Encode(plan), cancellationToken);
        await WriteAsync(BundleRecord.Scope, scope, cancellationToken);
    }

    public Task AddRoundAsync(RetainedRound round, CancellationToken cancellationToken)
    {
        _rounds++;
        return WriteAsync(BundleRecord.Round, round.ToBytes(), cancellationToken);
    }

    /// <param name="row">The members' chunks of the next index in the cohort's order, then the sum's.</param>
    public Task AddChunkAsync(ReadOnlyMemory<byte> row, CancellationToken cancellationToken) =>
        WriteAsync(BundleRecord.Chunk, row, cancellationToken);

    public Task EndAsync(CancellationToken cancellationToken)
    {
        byte[] rounds = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(rounds, _rounds);
        return WriteAsync(BundleRecord.End, rounds, cancellationToken);
    }

    private async Task WriteAsync(BundleRecord kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(1), content.Length);
        await output.WriteAsync(head, cancellationToken);
        await output.WriteAsync(content, cancellationToken);
    }
}
