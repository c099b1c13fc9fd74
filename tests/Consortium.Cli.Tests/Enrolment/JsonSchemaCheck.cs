using System.Text.Json;
using System.Text.RegularExpressions;

namespace Consortium.Cli.Tests.Enrolment;

/// <summary>
/// As much of JSON Schema as the schemas in consortium-config use. A keyword that it does not know fails, lest a rule go
/// unchecked.
/// </summary>
internal sealed class JsonSchemaCheck(JsonElement root)
{
    public IReadOnlyList<string> Violations(JsonElement value) => [.. Check(root, value, "$")];

    /// <summary>Where the type is wrong the other rules say nothing, for they are about that type.</summary>
    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string path) =>
        schema.TryGetProperty("type", out JsonElement type)
            && !(type.GetString() == TypeOf(value) || (type.GetString() == "number" && TypeOf(value) == "integer"))
            ? [$"{path} is {TypeOf(value)}, not {type}"]
            : schema.EnumerateObject().SelectMany(rule => Check(schema, rule, value, path));

    private IEnumerable<string> Check(JsonElement schema, JsonProperty rule, JsonElement value, string path)
    {
        JsonElement limit = rule.Value;
        return rule.Name switch
        {
            "$schema" or "$defs" or "title" or "description" or "contentEncoding" or "type" => [],
            "$ref" => Check(root.GetProperty("$defs").GetProperty(limit.GetString()!["#/$defs/".Length..]), value, path),
            "required" => limit.EnumerateArray().Select(name => name.GetString()!).Where(
                name => !value.TryGetProperty(name, out _)).Select(name => $"{path} lacks {name}"),
            "properties" => limit.EnumerateObject().Where(property => value.TryGetProperty(property.Name, out _))
                .SelectMany(property => Check(property.Value, value.GetProperty(property.Name), $"{path}.{property.Name}")),
            "additionalProperties" => value.EnumerateObject().Where(
                property => !limit.GetBoolean() && !schema.GetProperty("properties").TryGetProperty(property.Name, out _))
                .Select(property => $"{path}.{property.Name} is not in the schema"),
            "items" => value.EnumerateArray().SelectMany((item, i) => Check(limit, item, $"{path}[{i}]")),
            "minItems" => Fails(value.GetArrayLength() < limit.GetInt32(), $"has fewer than {limit} items"),
            "maxItems" => Fails(value.GetArrayLength() > limit.GetInt32(), $"has more than {limit} items"),
            "minLength" => Fails(value.GetString()!.Length < limit.GetInt32(), $"is shorter than {limit}"),
            "maxLength" => Fails(value.GetString()!.Length > limit.GetInt32(), $"is longer than {limit}"),
            "minimum" => Fails(value.GetInt64() < limit.GetInt64(), $"is below {limit}"),
            "exclusiveMinimum" => Fails(value.GetDouble() <= limit.GetDouble(), $"is not above {limit}"),
            "maximum" => Fails(value.GetInt64() > limit.GetInt64(), $"is above {limit}"),
            "pattern" => Fails(!Regex.IsMatch(value.GetString()!, limit.GetString()!), $"does not match {limit}"),
            _ => [$"{path}: this check does not know the keyword {rule.Name}"],
        };

        IEnumerable<string> Fails(bool fails, string how) => fails ? [$"{path} {how}"] : [];
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "integer",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
