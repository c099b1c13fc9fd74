using System.Text.Json;
using System.Text.Json.Nodes;
using Consortium.Cli.Enrolment;

namespace Consortium.Cli.Tests.Enrolment;

/// <summary>consortium.schema.json agrees with the example beside it, and with what this program writes.</summary>
public sealed class SchemaTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "consortium-config");

    private static readonly JsonSchemaCheck Schema =
        new(JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "consortium.schema.json"))).RootElement);

    [Fact]
    public void Example_Conforms() => Assert.Empty(Schema.Violations(Parse(Path.Combine(Folder, "consortium.json"))));

    [Fact]
    public async Task EnrolledConsortium_Conforms()
    {
        using EnrolledConsortium consortium = await EnrolledConsortium.CompleteAsync();

        Assert.Empty(Schema.Violations(Parse(Path.Combine(consortium.Operator, "consortium.json"))));
    }

    [Theory]
    [InlineData("threshold", "1", "$.threshold is below 2")]
    [InlineData("minimumCohort", "\"3\"", "$.minimumCohort is string, not integer")]
    [InlineData("treshold", "2", "$.treshold is not in the schema")]
    [InlineData("participants", "[]", "$.participants has fewer than 3 items")]
    [
        InlineData(
            "operator", "{ \"id\": \"Operator\", \"identity\": \"\" }", "$.operator.id does not match ^[a-z][a-z0-9-]{0,31}$"),
    ]
    public void Example_Spoilt_DoesNotConform(string field, string value, string expected)
    {
        JsonNode example = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "consortium.json")))!;
        example[field] = JsonNode.Parse(value);

        Assert.Equal([expected], Schema.Violations(JsonDocument.Parse(example.ToJsonString()).RootElement));
    }

    [Fact]
    public void PolicyExample_AndWhatIdentityNewWrites_Conform()
    {
        var schema = new JsonSchemaCheck(Parse(Path.Combine(Folder, "bank-policy.schema.json")));

        Assert.Empty(schema.Violations(Parse(Path.Combine(Folder, "bank-policy.json"))));
        Assert.Empty(schema.Violations(JsonDocument.Parse(IdentityCommands.DefaultPolicy.ToJson()).RootElement));
    }

    private static JsonElement Parse(string path) =>
        JsonDocument.Parse(
            File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }).RootElement;
}
