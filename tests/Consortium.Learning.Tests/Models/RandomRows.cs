#pragma warning disable RS0030 // A seeded generator for tests.
using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Models;

/// <summary>Seeded labelled rows with ties, gaps and extremes, in which laundering can be learned.</summary>
internal sealed class RandomRows
{
    private readonly List<(float[] Values, Label Label, bool Validation)> _rows = [];

    public RandomRows(int seed, int rows, int features, double missing = 0.1)
    {
        var random = new Random(seed);
        Schema = SchemaOf(features);
        for (int row = 0; row < rows; row++)
        {
            var values = new float[features];
            for (int feature = 0; feature < features; feature++)
            {
                values[feature] = random.NextDouble() < missing ? float.NaN : (feature % 6) switch
                {
                    0 => (float)((random.NextDouble() * 2) - 1),
                    1 => random.Next(4),
                    2 => (float)(random.NextDouble() * (1 << random.Next(24))),
                    3 => random.NextDouble() < 0.9 ? 0 : (float)-random.NextDouble(),
                    4 => random.NextDouble() < 0.02
                        ? (random.Next(2) == 0 ? float.PositiveInfinity : float.NegativeInfinity)
                        : random.Next(1000),
                    _ => 7,
                };
            }

            double signal =
                (float.IsNaN(values[0]) ? 0.5 : values[0]) + (values[1 % features] == 2 ? 1.5 : 0) + (random.NextDouble() * 0.5);
            _rows.Add((values, signal > 1.4 ? Label.Laundering : Label.Legitimate, random.Next(4) == 0));
        }
    }

    public FeatureSchema Schema { get; }

    public static FeatureSchema SchemaOf(int features) => new(
        1,
        [
            .. Enumerable.Range(0, features).Select(i => new FeatureDefinition
            {
                Name = $"f{i}",
                Description = $"feature {i}",
                Group = FeatureGroup.Row,
                Unit = (i % 6) switch
                {
                    1 or 4 => FeatureUnit.Count,
                    2 => FeatureUnit.Ratio,
                    5 => FeatureUnit.Category,
                    _ => FeatureUnit.Deviations,
                },
            }),
        ]);

    public TrainingRows Pooled => Of(_rows);

    /// <summary>Every row at one of <paramref name="banks"/> banks; some may be left with none.</summary>
    public TrainingRows[] Split(int banks, int seed)
    {
        var random = new Random(seed);
        int filled = random.Next(1, banks + 1);
        ILookup<int, (float[], Label, bool)> split = _rows.OrderBy(_ => random.Next()).ToLookup(_ => random.Next(filled));
        return [.. Enumerable.Range(0, banks).Select(bank => Of(split[bank]))];
    }

    private TrainingRows Of(IEnumerable<(float[] Values, Label Label, bool Validation)> rows)
    {
        var training = new FeatureMatrix(Schema);
        var validation = new FeatureMatrix(Schema);
        List<Label> trainingLabels = [];
        List<Label> validationLabels = [];
        foreach ((float[] values, Label label, bool isValidation) in rows)
        {
            (isValidation ? validation : training).AddRow(values);
            (isValidation ? validationLabels : trainingLabels).Add(label);
        }

        return new TrainingRows(training, [.. trainingLabels], validation, [.. validationLabels]);
    }
}
