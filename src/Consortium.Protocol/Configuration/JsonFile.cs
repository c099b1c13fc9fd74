using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;

namespace Consortium.Protocol.Configuration;

/// <summary>JSON that people write: comments and trailing commas are fine, misspelt names are not.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static T Parse<T>(string file, ReadOnlySpan<byte> json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options)
                ?? throw new InvalidConfigurationException(file, [new Problem("$", "Write an object, not null.")]);
        }
        catch (JsonException problem)
        {
            throw new InvalidConfigurationException(
                file, [new Problem(problem.Path ?? "$", $"Line {problem.LineNumber + 1}: {problem.Message}")]);
        }
    }

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static void Validate<T>(string file, AbstractValidator<T> validator, T value)
    {
        var result = validator.Validate(value);
        if (!result.IsValid)
        {
            throw new InvalidConfigurationException(
                file, [.. result.Errors.Select(error => new Problem(Path(error.PropertyName), error.ErrorMessage))]);
        }
    }

    /// <summary>As the file spells it: <c>keyHolders[1].identity</c>. A rule on a list's length is about the list.</summary>
    private static string Path(string property) =>
        property.Length == 0
            ? "$"
            : string.Join(
                '.', property.Split('.').Where(name => name != "Length").Select(JsonNamingPolicy.CamelCase.ConvertName));
}
