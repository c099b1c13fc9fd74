using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Learning.Features;
using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Learning.Models;

/// <summary>All that decides, with the rows, what a session's model will be. Every bank holds the same bytes of it.</summary>
public sealed class TrainingPlan
{
    /// <summary>More rows than this in one bank would not fit the sums' 64 bits.</summary>
    public const int LargestMaximumRows = 1 << 24;

    private static ReadOnlySpan<byte> Label => "CTP4"u8;

    /// <exception cref="ArgumentException">The settings can't work; the message names value and limit.</exception>
    public TrainingPlan(
        FeatureSchema schema, FamilySettings settings, int maximumRows, ulong seed, AcceptanceSettings? acceptance = null,
        NoisePlan? noise = null)
        : this(
            schema.Digest.ToArray(), [.. schema.Features.Select(feature => feature.Unit)], settings, maximumRows, seed,
            acceptance, noise)
    {
    }

    private TrainingPlan(
        byte[] schemaDigest, ImmutableArray<FeatureUnit> units, FamilySettings settings, int maximumRows, ulong seed,
        AcceptanceSettings? acceptance, NoisePlan? noise)
    {
        if (Fault(units, settings, maximumRows, acceptance, noise) is { } fault)
        {
            throw new ArgumentException(fault, nameof(settings));
        }

        SchemaDigest = schemaDigest;
        Units = units;
        Settings = settings;
        MaximumRows = maximumRows;
        Seed = seed;
        Acceptance = acceptance;
        Noise = noise;
        Digest = SHA256.HashData(ToBytes());
    }

    /// <summary>Digest of the <see cref="FeatureSchema"/>, 32 bytes.</summary>
    public ReadOnlyMemory<byte> SchemaDigest { get; }

    public int FeatureCount => Units.Length;

    /// <summary>What each feature's numbers mean, by the schema: public bins and standardisation follow from it.</summary>
    public ImmutableArray<FeatureUnit> Units { get; }

    /// <summary>The model family with its hyper-parameters.</summary>
    public FamilySettings Settings { get; }

    /// <summary>
    /// Rows that one bank may bring at most, for training and for validation each. Public: the bounds of every contribution
    /// follow from it.
    /// </summary>
    public int MaximumRows { get; }

    /// <summary>Draws rows and columns. Public; a fresh one for each session.</summary>
    public ulong Seed { get; }

    /// <summary>How the banks vote on the finished model; null where it is adopted without a vote.</summary>
    public AcceptanceSettings? Acceptance { get; }

    /// <summary>
    /// The noise of every sum but the vote's, whose counts are released as they are; null where sums are exact.
    /// </summary>
    public NoisePlan? Noise { get; }

    /// <summary>What all rounds of training tell; null where sums are exact.</summary>
    public PrivacyLoss? Loss => Noise?.LossOf(Settings.MostRounds);

    /// <summary>Rounds that training takes at most, the vote's among them.</summary>
    public int MostRounds => Settings.MostRounds + (Acceptance is null ? 0 : 1);

    /// <summary>A bound on <see cref="RoundRequest.Length"/> over all rounds.</summary>
    public int LargestRequest =>
        Math.Max(Settings.LargestRequest(FeatureCount), Acceptance is null ? 0 : RoundRequest.Vote.Length);

    /// <summary>SHA-256 of <see cref="ToBytes"/>, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>
    /// "CTP4", schema digest (32), feature count (int32), each feature's unit (byte), the family's tag (byte) and its
    /// hyper-parameters in their
    /// order, maximum rows (int32), seed (uint64), whether there is a vote (byte) and its settings,
    /// whether there is noise (byte) and its settings; little-endian.
    /// </summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>The same plan, whose model is adopted without a vote: what a bank trains by itself, or a pool.</summary>
    public TrainingPlan WithoutAcceptance() =>
        new(SchemaDigest.ToArray(), Units, Settings, MaximumRows, Seed, acceptance: null, Noise);

    /// <summary>The same plan with exact sums.</summary>
    public TrainingPlan WithoutNoise() =>
        new(SchemaDigest.ToArray(), Units, Settings, MaximumRows, Seed, Acceptance, noise: null);

    /// <summary>Reads <see cref="ToBytes"/>.</summary>
    /// <exception cref="MalformedDataException">The bytes are no plan that could work.</exception>
    public static TrainingPlan FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader("training plan", bytes);
        TrainingPlan plan = Read(ref reader);
        reader.End();
        return plan;
    }

    internal static TrainingPlan Read(ref CanonicalReader reader)
    {
        reader.Expect(Label);
        byte[] schemaDigest = reader.Span(SHA256.HashSizeInBytes).ToArray();
        int featureCount = reader.Int32(1, FeatureSchema.MaximumCount, "a number of features");
        ImmutableArray<FeatureUnit> units = [.. reader.Span(featureCount).ToArray().Select(unit => (FeatureUnit)unit)];
        FamilySettings settings = FamilySettings.Read(ref reader);
        int maximumRows = reader.Int32();
        ulong seed = (ulong)reader.Int64();
        AcceptanceSettings? acceptance = reader.Bool() ? AcceptanceSettings.Read(ref reader) : null;
        NoisePlan? noise = reader.Bool() ? NoisePlan.Read(ref reader) : null;
        return Fault(units, settings, maximumRows, acceptance, noise) is { } fault
            ? throw reader.Malformed("a plan that can work", fault)
            : new TrainingPlan(schemaDigest, units, settings, maximumRows, seed, acceptance, noise);
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Raw(Label);
        writer.Raw(SchemaDigest.Span);
        writer.Int32(FeatureCount);
        writer.Raw([.. Units.Select(unit => (byte)unit)]);
        Settings.Write(writer);
        writer.Int32(MaximumRows);
        writer.Int64((long)Seed);
        writer.Bool(Acceptance is not null);
        Acceptance?.Write(writer);
        writer.Bool(Noise is not null);
        Noise?.Write(writer);
    }

    private static string? Fault(
        ImmutableArray<FeatureUnit> units, FamilySettings settings, int maximumRows, AcceptanceSettings? acceptance,
        NoisePlan? noise)
    {
        int unknown = units.AsSpan().IndexOfAnyExcept(Enum.GetValues<FeatureUnit>());
        return (units.Length, maximumRows) switch
        {
            ( < 1 or > FeatureSchema.MaximumCount, _) =>
                $"FeatureCount is {units.Length}; it must be 1 to {FeatureSchema.MaximumCount}.",
            (_, < 1 or > LargestMaximumRows) => $"MaximumRows is {maximumRows}; it must be 1 to {LargestMaximumRows}.",
            _ when unknown >= 0 => $"Feature {unknown} has unit {(byte)units[unknown]}, which is not known.",
            _ => settings.Fault(units.Length) ?? acceptance?.Fault()
                ?? (noise is null ? null : noise.Fault() ?? settings.NoiseFault(noise)),
        };
    }
}
