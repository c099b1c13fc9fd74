namespace Consortium.Learning.Features;

/// <summary>
/// What a model looks at when it scores a payment. The digest of its columns names it in plans and models.
/// </summary>
public sealed class FeatureView
{
    private FeatureView(string name, FeatureSchema schema) => (Name, Schema) = (name, schema);

    /// <summary>The past, when the payment comes.</summary>
    public static FeatureView Now { get; } = new("now", FeatureExtractor.Schema);

    /// <summary>The same columns, then what the bank saw in the 24 hours after the payment.</summary>
    public static FeatureView Late { get; } = new("late", FeatureExtractor.LateSchema);

    public static IReadOnlyList<FeatureView> All { get; } = [Now, Late];

    /// <summary>"now" or "late".</summary>
    public string Name { get; }

    public FeatureSchema Schema { get; }

    /// <summary>The view whose columns have this digest; null where this release computes no such columns.</summary>
    public static FeatureView? Of(ReadOnlySpan<byte> schemaDigest)
    {
        foreach (FeatureView view in All)
        {
            if (view.Schema.Digest.SequenceEqual(schemaDigest))
            {
                return view;
            }
        }

        return null;
    }
}
