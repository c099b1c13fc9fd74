using System.Text.Json.Nodes;
using Json.Schema;

namespace Consortium.Scoring.Tests;

/// <summary>The document that is checked in describes the program that runs.</summary>
public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_PathsAndMethods_AreThoseOfTheRunningScorer()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        JsonNode document = JsonNode.Parse(await scorer.Http.GetStringAsync("openapi.json"))!;

        IEnumerable<string> described = document["paths"]!.AsObject().SelectMany(
            path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        IEnumerable<string> mapped = scorer.Listener.Endpoints.SelectMany(endpoint => endpoint.Metadata
            .OfType<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>().Single().HttpMethods
            .Select(method => $"{method} {endpoint.RoutePattern.RawText}"));

        Assert.Equal(mapped.Order(), described.Order());
    }

    [Fact]
    public async Task Answers_OfTheRunningScorer_FollowTheSchemas()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        await client.RegisterAsync();
        JsonNode schemas = JsonNode.Parse(await scorer.Http.GetStringAsync("openapi.json"))!["components"]!["schemas"]!;

        RawAnswer offers = await client.SendAsync(HttpMethod.Get, "v1/offers");
        RawAnswer problem = await client.ScoreAsync("x", []);
        RawAnswer scored = await client.ScoreAsync(RawClient.FreshBatch(), client.Queries(1));

        AssertFollows(schemas, "Offers", offers.Body);
        AssertFollows(schemas, "Problem", problem.Body);
        AssertFollows(schemas, "Envelope", Convert.FromBase64String(scored.Receipt!));
        Assert.Equal(RawClient.Parameters.ReplyBytes, scored.Body.Length);
    }

    private static void AssertFollows(JsonNode schemas, string name, byte[] json)
    {
        string root = new JsonObject
        {
            ["$ref"] = $"#/$defs/{name}",
            ["$defs"] = schemas.DeepClone(),
        }.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        EvaluationResults results = JsonSchema.FromText(root).Evaluate(
            JsonNode.Parse(json), new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join("; ", results.Details.Where(detail => detail.HasErrors).SelectMany(
            detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))));
    }
}
