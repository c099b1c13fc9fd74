using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;

namespace Consortium.Learning.Features;

/// <summary>The ordered columns that a model is trained on. Two banks whose digests agree compute the same columns.</summary>
public sealed class FeatureSchema
{
    /// <summary>More columns than any model here splits on; files that claim more are rejected.</summary>
    public const int MaximumCount = 4096;

    private readonly Dictionary<string, int> _indices;
    private readonly byte[] _digest;

    public FeatureSchema(int version, ImmutableArray<FeatureDefinition> features)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        if (features.IsDefaultOrEmpty || features.Length > MaximumCount)
        {
            throw new ArgumentException($"A schema has 1 to {MaximumCount} features.", nameof(features));
        }

        Version = version;
        Features = features;
        _indices = new Dictionary<string, int>(features.Length, StringComparer.Ordinal);
        for (int i = 0; i < features.Length; i++)
        {
            if (!_indices.TryAdd(features[i].Name, i))
            {
                throw new ArgumentException($"Two features are named '{features[i].Name}'.", nameof(features));
            }
        }

        _digest = SHA256.HashData(CanonicalBytes());
    }

    /// <summary>Grows whenever a feature's meaning changes, even if its name stays.</summary>
    public int Version { get; }

    public ImmutableArray<FeatureDefinition> Features { get; }

    public int Count => Features.Length;

    /// <summary>SHA-256 of <see cref="CanonicalBytes"/>, 32 bytes.</summary>
    public ReadOnlySpan<byte> Digest => _digest;

    /// <summary>The column of <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public int IndexOf(string name) =>
        _indices.TryGetValue(name, out int index)
            ? index
            : throw new ArgumentException($"No feature is named '{name}'.", nameof(name));

    /// <summary>
    /// "CFS1", version and count (int32 little-endian), then for each feature: group (byte), unit (byte), and name and
    /// description, each as length (uint16 little-endian) and UTF-8.
    /// </summary>
    public byte[] CanonicalBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("CFS1"u8);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), Version);
        buffer.Advance(4);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), Count);
        buffer.Advance(4);
        foreach (FeatureDefinition feature in Features)
        {
            buffer.Write([(byte)feature.Group, (byte)feature.Unit]);
            WriteText(buffer, feature.Name);
            WriteText(buffer, feature.Description);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteText(ArrayBufferWriter<byte> buffer, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.GetSpan(2), checked((ushort)utf8.Length));
        buffer.Advance(2);
        buffer.Write(utf8);
    }
}
