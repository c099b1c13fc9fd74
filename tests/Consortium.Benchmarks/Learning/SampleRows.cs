using System.Runtime.InteropServices;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning;

/// <summary>Rows of features with their labels and days.</summary>
internal sealed class SampleRows(int capacity)
{
    private readonly List<Label> _labels = [];
    private readonly List<int> _days = [];
    private readonly List<int> _senders = [];

    public FeatureMatrix Features { get; } = new(FeatureExtractor.Schema, capacity);

    public int Count => _labels.Count;

    public ReadOnlySpan<Label> Labels => CollectionsMarshal.AsSpan(_labels);

    public ReadOnlySpan<int> Days => CollectionsMarshal.AsSpan(_days);

    /// <summary>The sending account of each row.</summary>
    public ReadOnlySpan<int> Senders => CollectionsMarshal.AsSpan(_senders);

    public static SampleRows Join(IReadOnlyList<SampleRows> parts)
    {
        var joined = new SampleRows(parts.Sum(part => part.Count));
        var row = new float[FeatureExtractor.Schema.Count];
        foreach (SampleRows part in parts)
        {
            for (int i = 0; i < part.Count; i++)
            {
                part.Features.CopyRow(i, row);
                joined.Add(row, part.Labels[i], part.Days[i], part.Senders[i]);
            }
        }

        return joined;
    }

    public void Add(ReadOnlySpan<float> row, Label label, int day, int sender)
    {
        Features.AddRow(row);
        _labels.Add(label);
        _days.Add(day);
        _senders.Add(sender);
    }

    /// <summary>The values column by column, one after another.</summary>
    public float[] ColumnByColumn()
    {
        var values = new float[(long)Count * Features.ColumnCount];
        for (int column = 0; column < Features.ColumnCount; column++)
        {
            Features.Column(column).CopyTo(values.AsSpan(column * Count, Count));
        }

        return values;
    }
}
