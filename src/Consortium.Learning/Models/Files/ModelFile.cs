using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Learning.Models.Files;

/// <summary>A model as a bank keeps it: the model, and which session it came from.</summary>
/// <remarks>
/// Bytes, little-endian: "CSMODEL" and a zero; version (int32); plan digest (32 bytes); session (int32 length, then UTF-8);
/// rounds (int32); the model's canonical bytes (int32 length first); in version 2, of a model learned from sums with noise,
/// epsilon and delta (doubles), unit (byte), first and last day (int32 day numbers); SHA-256 of all before. The model's own bytes
/// hold the digest of its feature schema. The same model and origin give the same bytes on every machine.
/// </remarks>
public sealed record ModelFile
{
    /// <summary>Larger files are rejected before they are read.</summary>
    public const int MaximumLength = 1 << 28;

    /// <summary>Bytes of UTF-8 that a session's name may have.</summary>
    public const int MaximumSessionLength = 128;

    internal const int Version = 1;

    private const int VersionWithGuarantee = 2;

    private const string Subject = "model file";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _planDigest;
    private readonly string _session = "";
    private readonly int _rounds;

    public required Model Model { get; init; }

    /// <summary>SHA-256 of the plan that the session followed, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> PlanDigest
    {
        get => _planDigest;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, SHA256.HashSizeInBytes);
            _planDigest = value;
        }
    }

    /// <summary>The session that trained the model, as the consortium names it.</summary>
    public required string Session
    {
        get => _session;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            int length = StrictUtf8.GetByteCount(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaximumSessionLength, nameof(value));
            _session = value;
        }
    }

    /// <summary>Rounds that the session completed.</summary>
    public required int Rounds
    {
        get => _rounds;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _rounds = value;
        }
    }

    /// <summary>What the model and the sums that it was learned from may tell; null where they are exact.</summary>
    public PrivacyGuarantee? Guarantee { get; init; }

    private static ReadOnlySpan<byte> Magic => "CSMODEL\0"u8;

    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        writer.Raw(Magic);
        writer.Int32(Guarantee is null ? Version : VersionWithGuarantee);
        writer.Raw(PlanDigest.Span);
        WriteBlock(writer, StrictUtf8.GetBytes(Session));
        writer.Int32(Rounds);
        WriteBlock(writer, Model.ToBytes());
        if (Guarantee is { } guarantee)
        {
            Write(writer, guarantee);
        }

        byte[] content = writer.ToArray();
        return [.. content, .. SHA256.HashData(content)];
    }

    /// <exception cref="MalformedDataException">The bytes are no model file, were changed, or are of a newer version.</exception>
    public static ModelFile FromBytes(ReadOnlySpan<byte> bytes)
    {
        var head = new CanonicalReader(Subject, bytes);
        head.Expect(Magic);
        int version = head.Int32();
        if (version is not (Version or VersionWithGuarantee))
        {
            string newer = version > VersionWithGuarantee ? ", which a newer release wrote: update this one to read it" : "";
            throw new MalformedDataException(
                Subject, Magic.Length, $"version {Version} or {VersionWithGuarantee}", $"version {version}{newer}");
        }

        head.Require(bytes.Length >= head.Offset + SHA256.HashSizeInBytes, "a digest at the end", bytes.Length);
        ReadOnlySpan<byte> content = bytes[..^SHA256.HashSizeInBytes];
        ReadOnlySpan<byte> digest = bytes[content.Length..];
        byte[] actual = SHA256.HashData(content);
        if (!digest.SequenceEqual(actual))
        {
            throw new MalformedDataException(
                Subject, content.Length, $"SHA-256 {Convert.ToHexStringLower(actual)} of the content",
                Convert.ToHexStringLower(digest));
        }

        var reader = new CanonicalReader(Subject, content);
        reader.Span(Magic.Length + sizeof(int));
        byte[] planDigest = reader.Span(SHA256.HashSizeInBytes).ToArray();
        string session = ReadSession(ref reader);
        int rounds = reader.Int32(0, int.MaxValue, "a number of rounds");
        int length = reader.Int32(0, MaximumLength, "a length");
        int start = reader.Offset;
        ReadOnlySpan<byte> model = reader.Span(length);
        PrivacyGuarantee? guarantee = version == VersionWithGuarantee ? ReadGuarantee(ref reader) : null;
        reader.End();
        try
        {
            return new ModelFile
            {
                Model = Model.FromBytes(model),
                PlanDigest = planDigest,
                Session = session,
                Rounds = rounds,
                Guarantee = guarantee,
            };
        }
        catch (MalformedDataException e)
        {
            throw new MalformedDataException(Subject, start + e.Offset, e.Expected, e.Found);
        }
    }

    /// <summary>
    /// Replaces the file at <paramref name="path"/> whole or not at all; its name is on the disk when this returns.
    /// </summary>
    public void Save(string path) => DurableFile.Replace(path, ToBytes());

    /// <exception cref="MalformedDataException">The file is no model file, was changed, or is of a newer version.</exception>
    public static async Task<ModelFile> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > MaximumLength)
        {
            throw new MalformedDataException(Subject, MaximumLength, $"at most {MaximumLength} bytes", $"{stream.Length}");
        }

        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return FromBytes(bytes);
    }

    private static void WriteBlock(CanonicalWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Int32(bytes.Length);
        writer.Raw(bytes);
    }

    private static void Write(CanonicalWriter writer, PrivacyGuarantee guarantee)
    {
        writer.Double(guarantee.Epsilon);
        writer.Double(guarantee.Delta);
        writer.UInt8((int)guarantee.Unit);
        writer.Int32(guarantee.First.DayNumber);
        writer.Int32(guarantee.Last.DayNumber);
    }

    private static PrivacyGuarantee ReadGuarantee(ref CanonicalReader reader)
    {
        int at = reader.Offset;
        var guarantee = new PrivacyGuarantee
        {
            Epsilon = reader.Finite(),
            Delta = reader.Finite(),
            Unit = (PrivacyUnit)reader.UInt8(),
            First = DateOnly.FromDayNumber(reader.Int32(0, DateOnly.MaxValue.DayNumber, "a day")),
            Last = DateOnly.FromDayNumber(reader.Int32(0, DateOnly.MaxValue.DayNumber, "a day")),
        };
        return guarantee.IsPossible
            ? guarantee
            : throw reader.Malformed(at, "a guarantee of privacy", $"epsilon {guarantee.Epsilon}, delta {guarantee.Delta}");
    }

    private static string ReadSession(ref CanonicalReader reader)
    {
        int length = reader.Int32(0, MaximumSessionLength, "a session name's length");
        ReadOnlySpan<byte> bytes = reader.Span(length);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw reader.Malformed("a session name in UTF-8", "other bytes");
        }
    }
}
