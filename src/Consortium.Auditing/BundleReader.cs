using System.Buffers.Binary;
using System.Globalization;
using Consortium.Cryptography;
using Consortium.Primitives;

namespace Consortium.Auditing;

/// <summary>
/// Reads what <see cref="BundleWriter"/> wrote, or what someone says it wrote. A record is read only when it is of an expected
/// kind, no
/// longer than the caller allows, and all there.
/// </summary>
/// <param name="input">Can tell its length; stays open.</param>
public sealed class BundleReader(Stream input)
{
    private const string Subject = "audit bundle";
    private const int HeadLength = 5;

    /// <summary>Where the next record begins.</summary>
    public long Position => input.Position;

    /// <summary>Reads what every bundle begins with.</summary>
    /// <exception cref="MalformedDataException">It is no bundle, or of another version.</exception>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        byte[] head = await TakeAsync(HeadLength, "\"CNAB\" and a version", cancellationToken);
        if (!head.AsSpan(0, 4).SequenceEqual(BundleWriter.Magic))
        {
            throw new MalformedDataException(Subject, 0, "\"CNAB\"", Convert.ToHexString(head.AsSpan(0, 4)));
        }

        if (head[4] != BundleWriter.Version)
        {
            throw new MalformedDataException(
                Subject, 4, $"version {BundleWriter.Version}", head[4].ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="most">For each kind that may come, the longest that its content may be.</param>
    /// <exception cref="MalformedDataException">The end, another kind, or too long.</exception>
    public async Task<(BundleRecord Kind, byte[] Content)> ReadAsync(
        IReadOnlyDictionary<BundleRecord, long> most, CancellationToken cancellationToken)
    {
        long at = input.Position;
        string expected = string.Join(" or ", most.Keys);
        byte[] head = await TakeAsync(HeadLength, expected, cancellationToken);
        var kind = (BundleRecord)head[0];
        if (!most.TryGetValue(kind, out long longest))
        {
            throw Malformed(at, expected, Enum.IsDefined(kind) ? kind.ToString() : $"a record of kind {head[0]}");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
        return length < 0 || length > longest
            ? throw Malformed(at + 1, $"{kind} of at most {longest} bytes", length.ToString(CultureInfo.InvariantCulture))
            : (kind, await TakeAsync(length, $"the {length} bytes of {kind}", cancellationToken));
    }

    /// <summary>Nothing more may follow.</summary>
    /// <exception cref="MalformedDataException">Something does.</exception>
    public void End()
    {
        if (input.Position != input.Length)
        {
            throw Malformed(input.Position, "the end", $"{input.Length - input.Position} more bytes");
        }
    }

    private async Task<byte[]> TakeAsync(int length, string what, CancellationToken cancellationToken)
    {
        long left = input.Length - input.Position;
        if (left < length)
        {
            throw Malformed(input.Position, what, $"the end after {left} bytes");
        }

        byte[] bytes = new byte[length];
        await input.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static MalformedDataException Malformed(long offset, string expected, string found) =>
        new(Subject, offset, expected, found);
}
