using System.Collections.Immutable;
using System.Text.Json;
using Consortium.Primitives;

namespace Consortium.Learning.Cells;

/// <summary>A shape as JSON, for clients in any language: an array of groups, each with the five arrays of its tree.</summary>
/// <remarks>
/// Thresholds are written as the 64-bit number that each is; JSON has no infinity, so it is the string "Infinity".
/// </remarks>
public static class CellShapeJson
{
    private const string Subject = "groups of cells";

    public static void Write(Utf8JsonWriter json, CellShape shape)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(shape);
        json.WriteStartArray();
        foreach (CellGroup group in shape.Groups)
        {
            json.WriteStartObject();
            Write(json, "features", group.Features);
            json.WriteStartArray("thresholds");
            foreach (float threshold in group.Thresholds)
            {
                if (float.IsFinite(threshold))
                {
                    json.WriteNumberValue((double)threshold);
                }
                else
                {
                    json.WriteStringValue(threshold > 0 ? "Infinity" : "-Infinity");
                }
            }

            json.WriteEndArray();
            json.WriteStartArray("missingLeft");
            foreach (bool missingLeft in group.MissingLeft)
            {
                json.WriteBooleanValue(missingLeft);
            }

            json.WriteEndArray();
            Write(json, "left", group.Left);
            Write(json, "right", group.Right);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <exception cref="MalformedDataException">The element is no array of groups, or not over that many features.</exception>
    public static CellShape Read(JsonElement groups, int featureCount, ReadOnlySpan<byte> schemaDigest)
    {
        try
        {
            return new CellShape(
                featureCount,
                schemaDigest,
                [
                    .. groups.EnumerateArray().Select(group => CellGroup.Create(
                        featureCount,
                        [.. Items(group, "features").Select(item => item.GetInt32())],
                        [.. Items(group, "thresholds").Select(Threshold)],
                        [.. Items(group, "missingLeft").Select(item => item.GetBoolean())],
                        [.. Items(group, "left").Select(item => item.GetInt32())],
                        [.. Items(group, "right").Select(item => item.GetInt32())])),
                ]);
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or ArgumentException
            or FormatException)
        {
            throw new MalformedDataException(Subject, 0, "groups of cells", exception.Message);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement group, string name) => group.GetProperty(name).EnumerateArray();

    private static float Threshold(JsonElement item) => item.ValueKind == JsonValueKind.String
        ? item.GetString() switch
        {
            "Infinity" => float.PositiveInfinity,
            "-Infinity" => float.NegativeInfinity,
            var other => throw new FormatException($"'{other}' is no threshold."),
        }
        : (float)item.GetDouble();

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
