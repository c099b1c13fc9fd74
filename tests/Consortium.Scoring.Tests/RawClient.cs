using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Scoring;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;

namespace Consortium.Scoring.Tests;

/// <summary>A client that sends what a test wants it to.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TestScorer _scorer;
    private readonly ScoringKey _key = ScoringKey.Generate(RandomSource.OperatingSystem);
    private readonly byte[] _token = RandomNumberGenerator.GetBytes(32);
    private readonly QueryEncryptor _encryptor;

    public RawClient(TestScorer scorer, string name = TestParties.First)
    {
        _scorer = scorer;
        _encryptor = new QueryEncryptor(_key, Parameters, RandomSource.OperatingSystem);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Registration = new KeyRegistration
        {
            Consortium = TestScorer.Parties.Configuration.Digest,
            Client = new PartyId(name),
            Token = Digest.Of(_token),
            IssuedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = now.AddHours(1).ToUnixTimeMilliseconds(),
            PublicKey = _key.PublicKey.ToArray(),
        };
    }

    public static ScoringParameters Parameters { get; } = ScoringParameters.Fine(TestScorer.Model.Shape.CellCount, 4);

    public static string ModelDigest { get; } = Convert.ToHexStringLower(TestScorer.Model.Digest.Span);

    public KeyRegistration Registration { get; set; }

    public static string FreshBatch() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Queries of payments that fall into the first cell of each group.</summary>
    public byte[] Queries(int count)
    {
        byte[] cells = new byte[4 * Parameters.Cells], queries = new byte[count * Parameters.QueryBytes];
        foreach (int payment in Enumerable.Range(0, 4))
        {
            for (int group = 0; group < TestScorer.Model.Shape.Groups.Length; group++)
            {
                cells[(payment * Parameters.Cells) + TestScorer.Model.Shape.FirstCell(group)] = 1;
            }
        }

        for (int query = 0; query < count; query++)
        {
            _encryptor.Encrypt(cells, queries.AsSpan(query * Parameters.QueryBytes, Parameters.QueryBytes));
        }

        return queries;
    }

    public Task<RawAnswer> RegisterAsync(string? signer = null, string? id = null) => SendAsync(
        HttpMethod.Put, $"v1/keys/{id ?? Registration.Id.ToString()}",
        Registration.Sign(TestScorer.Parties.Identity(signer ?? Registration.Client.Name)));

    public Task<RawAnswer> ScoreAsync(string batch, byte[] queries, string? model = null) =>
        SendAsync(HttpMethod.Post, $"v1/scores?model={model ?? ModelDigest}&batch={batch}", queries);

    public async Task<long> UsedAsync()
    {
        RawAnswer answer = await SendAsync(HttpMethod.Get, "v1/offers");
        Assert.Equal(200, answer.Status);
        using JsonDocument offers = JsonDocument.Parse(answer.Body);
        return offers.RootElement.GetProperty("offers")[0].GetProperty("used").GetInt64();
    }

    public async Task<RawAnswer> SendAsync(HttpMethod method, string path, byte[]? body = null, string? authorization = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new ByteArrayContent(body);
        request.Headers.TryAddWithoutValidation(
            "Authorization", authorization ?? $"Bearer {Registration.Id}.{Convert.ToHexStringLower(_token)}");
        using HttpResponseMessage answer = await _scorer.Http.SendAsync(request);
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        return new RawAnswer(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType == "application/problem+json"
                ? JsonDocument.Parse(bytes).RootElement.GetProperty("type").GetString()![Refusal.TypePrefix.Length..]
                : string.Empty,
            bytes,
            answer.Headers.TryGetValues(ScorerEndpoints.ReceiptHeader, out IEnumerable<string>? receipt)
                ? receipt.Single()
                : null);
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _key.Dispose();
    }
}
