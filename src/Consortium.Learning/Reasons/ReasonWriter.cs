using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Reasons;

/// <summary>
/// Turns the strongest contributions to an alert into sentences: "sender paid 9 new counterparties within 6 hours (usually 1)".
/// </summary>
/// <remarks>
/// Features whose descriptions are the same up to their time span tell one story: their contributions are added, and the
/// strongest of them gives the sentence. Sentences hold a feature's description, this row's value and the bank's own typical
/// value, and nothing else: no column name, no other payment, and no bank's verdict on anyone, for no feature knows one.
/// </remarks>
public sealed class ReasonWriter
{
    private const string SpanMark = " within ";

    private readonly Explainer _explainer;
    private readonly FeatureSchema _schema;
    private readonly TypicalValues _typical;
    private readonly int[] _stories;

    /// <exception cref="ArgumentException">The schema or the typical values are not those of the explained model.</exception>
    public ReasonWriter(Explainer explainer, FeatureSchema schema, TypicalValues typical)
    {
        ArgumentNullException.ThrowIfNull(explainer);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(typical);
        if (!schema.Digest.SequenceEqual(explainer.Model.SchemaDigest.Span))
        {
            throw new ArgumentException("The model was trained on another feature schema.", nameof(schema));
        }

        if (typical.Count != schema.Count)
        {
            throw new ArgumentException($"{typical.Count} typical values for {schema.Count} features.", nameof(typical));
        }

        (_explainer, _schema, _typical) = (explainer, schema, typical);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        _stories = [.. schema.Features.Select(feature => Number(StoryOf(feature.Description)))];

        int Number(string story) => numbers.TryGetValue(story, out int number) ? number : numbers[story] = numbers.Count;
    }

    /// <summary>
    /// For each of the given rows, its strongest reasons first: at most <paramref name="most"/>, and only what raised its score.
    /// </summary>
    /// <param name="only">Takes reasons from features of this group alone.</param>
    public IReadOnlyList<Reason>[] Write(
        FeatureMatrix features, ReadOnlySpan<int> rows, int most, FeatureGroup? only = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        double[] contributions = _explainer.Explain(features, rows);
        var reasons = new IReadOnlyList<Reason>[rows.Length];
        var values = new float[_schema.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            features.CopyRow(rows[i], values);
            reasons[i] = Strongest(values, contributions.AsSpan(i * values.Length, values.Length), most, only);
        }

        return reasons;
    }

    private List<Reason> Strongest(
        ReadOnlySpan<float> values, ReadOnlySpan<double> contributions, int most, FeatureGroup? only)
    {
        var totals = new double[_schema.Count];
        var speakers = new int[_schema.Count];
        Array.Fill(speakers, -1);
        for (int feature = 0; feature < contributions.Length; feature++)
        {
            if (only is not null && _schema.Features[feature].Group != only)
            {
                continue;
            }

            int story = _stories[feature];
            totals[story] += contributions[feature];
            if (speakers[story] < 0 || contributions[feature] > contributions[speakers[story]])
            {
                speakers[story] = feature;
            }
        }

        var reasons = new List<Reason>(most);
        foreach (int story in Enumerable.Range(0, totals.Length).Where(story => totals[story] > 0)
            .OrderByDescending(story => totals[story]).Take(most))
        {
            reasons.Add(new Reason(Sentence(speakers[story], values[speakers[story]]), totals[story]));
        }

        return reasons;
    }

    private string Sentence(int feature, float value)
    {
        FeatureDefinition definition = _schema.Features[feature];
        string sentence = definition.Describe(value);
        float typical = _typical[feature];
        bool comparable = !float.IsNaN(value) && !float.IsNaN(typical) && definition.IsQuantity;
        string usual = comparable ? definition.Format(typical) : "";
        return comparable && usual != definition.Format(value) ? $"{sentence} (usually {usual})" : sentence;
    }

    private static string StoryOf(string description)
    {
        int span = description.LastIndexOf(SpanMark, StringComparison.Ordinal);
        return span >= 0 && description.AsSpan(span + SpanMark.Length) is [>= '0' and <= '9', ..]
            ? description[..span]
            : description;
    }
}
