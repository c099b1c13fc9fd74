using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Scoring;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Consortium.Scoring;

/// <summary>The scorer's HTTP interface, as openapi.json describes it.</summary>
internal sealed partial class ScorerEndpoints(
    ImmutableArray<Offer> offers, KeyTable keys, Meter meter, ILogger<ScorerEndpoints> logger)
{
    /// <summary>The rate limiter's policy for batches.</summary>
    public const string BatchPolicy = "batches";

    /// <summary>The header that carries a batch's receipt: a DSSE envelope in base64.</summary>
    public const string ReceiptHeader = "Consortium-Receipt";

    private const string Octets = "application/octet-stream";
    private const string BearerScheme = "Bearer ";
    private const int BatchLength = 32;
    private const int MostRegistrationBytes = 1 << 16;

    public void Map(IEndpointRouteBuilder routes)
    {
        byte[] document = OpenApiDocument.Bytes();
        routes.MapGet("/openapi.json", () => Results.Bytes(document, "application/json"));
        routes.MapPut("/v1/keys/{id}", RegisterAsync);
        routes.MapGet("/v1/offers", OffersAsync);
        routes.MapPost("/v1/scores", ScoreAsync).RequireRateLimiting(BatchPolicy);
        routes.MapGet("/v1/receipts", ReceiptsAsync);
        routes.MapPost("/v1/receipts/{batch}", CountersignAsync);
    }

    private async Task<IResult> RegisterAsync(string id, HttpRequest request, CancellationToken cancellationToken) =>
        await AnswerAsync(async () =>
        {
            if (!TryDigest(id, out Digest key))
            {
                return Refuse(Refusal.BadInput(
                    "The path ends in the digest of the public key: 64 lower-case hexadecimal digits."));
            }

            byte[]? body = await ReadAsync(request, MostRegistrationBytes, cancellationToken);
            return body is null
                ? Refuse(TooLarge(MostRegistrationBytes))
                : await keys.RegisterAsync(key, body, cancellationToken) is { } refusal ? Refuse(refusal) : Results.NoContent();
        });

    private async Task<IResult> OffersAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await AnswerAsync(request, async key =>
        {
            IReadOnlyDictionary<Digest, long> use = await meter.UseOfAsync(key.Client.Id, cancellationToken);
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteStartArray("offers");
                foreach (Offer offer in offers)
                {
                    offer.Write(json, use.GetValueOrDefault(offer.Model));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            return Results.Bytes(buffer.ToArray(), "application/json");
        }, cancellationToken);

    private async Task<IResult> ScoreAsync(
        HttpRequest request, HttpResponse response, string? model, string? batch, CancellationToken cancellationToken) =>
        await AnswerAsync(request, async key =>
        {
            if (batch is null || batch.Length != BatchLength || !batch.All(char.IsAsciiHexDigitLower))
            {
                return Refuse(Refusal.BadInput($"Name the batch by {BatchLength} lower-case hexadecimal digits: ?batch=..."));
            }

            if (offers.FirstOrDefault(known => known.Model.ToString() == model) is not { } offer)
            {
                return Refuse(Refusal.NotFound("No model of that digest is offered: ask for /v1/offers."));
            }

            byte[]? queries = await ReadAsync(request, offer.MostBytes, cancellationToken);
            if (queries is null)
            {
                return Refuse(TooLarge(offer.MostBytes));
            }

            int length = offer.Parameters.QueryBytes;
            if (queries.Length == 0 || queries.Length % length != 0)
            {
                return Refuse(Refusal.BadInput(
                    $"A batch has 1 to {offer.MostQueries} queries of {length} bytes; this one has {queries.Length} bytes."));
            }

            return await ServeAsync(key, offer, batch, queries, response, cancellationToken);
        }, cancellationToken);

    private async Task<IResult> ServeAsync(
        ClientKey key, Offer offer, string batch, byte[] queries, HttpResponse response, CancellationToken cancellationToken)
    {
        byte[] replies;
        try
        {
            replies = await Task.Run(() => Score(offer, queries, key), cancellationToken);
        }
        catch (MalformedDataException malformed)
        {
            return Refuse(Refusal.BadInput(malformed.Message));
        }

        byte[][] seeds =
        [
            .. Enumerable.Range(0, queries.Length / offer.Parameters.QueryBytes).Select(
                query => queries.AsSpan(query * offer.Parameters.QueryBytes, ScoringParameters.SeedBytes).ToArray()),
        ];
        try
        {
            (byte[]? envelope, Refusal? refusal) = await meter.ChargeAsync(
                key.Client.Id, offer, batch, Digest.Of(queries), seeds, cancellationToken);
            if (envelope is null)
            {
                return Refuse(refusal!);
            }

            ScorerInstruments.Batches.Add(1);
            ScorerInstruments.Queries.Add(seeds.Length);
            response.Headers[ReceiptHeader] = Convert.ToBase64String(envelope);
            return Results.Bytes(replies, Octets);
        }
        catch (SeedSeenException)
        {
            return Refuse(Refusal.Conflict(
                "seed-seen", "A query has a seed that was used before, which shows how two queries differ. Encrypt again."));
        }
    }

    private static byte[] Score(Offer offer, byte[] queries, ClientKey key)
    {
        using (Instruments.Measure("score"))
        {
            return offer.Score(queries, key.PublicKey);
        }
    }

    private async Task<IResult> ReceiptsAsync(HttpRequest request, string? after, CancellationToken cancellationToken) =>
        await AnswerAsync(request, async key =>
        {
            long place = 0;
            if (after is not null && (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out place)))
            {
                return Refuse(Refusal.BadInput("?after= takes the sequence number of the last receipt that you have."));
            }

            IReadOnlyList<byte[]> receipts = await meter.ReceiptsAsync(key.Client.Id, place, cancellationToken);
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteStartArray("receipts");
                foreach (byte[] receipt in receipts)
                {
                    json.WriteRawValue(receipt);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            return Results.Bytes(buffer.ToArray(), "application/json");
        }, cancellationToken);

    private async Task<IResult> CountersignAsync(string batch, HttpRequest request, CancellationToken cancellationToken) =>
        await AnswerAsync(request, async key =>
        {
            byte[]? signature = await ReadAsync(request, HybridSignature.Length, cancellationToken);
            return signature is not { Length: HybridSignature.Length }
                ? Refuse(Refusal.BadInput($"Send the signature alone, {HybridSignature.Length} bytes."))
                : await meter.CountersignAsync(key.Client, batch, signature, cancellationToken) is { } refusal
                    ? Refuse(refusal)
                    : Results.NoContent();
        }, cancellationToken);

    /// <summary>Answers who shows a key's token.</summary>
    private Task<IResult> AnswerAsync(
        HttpRequest request, Func<ClientKey, Task<IResult>> answer, CancellationToken cancellationToken) =>
        AnswerAsync(async () =>
        {
            string header = request.Headers.Authorization.ToString();
            if (!header.StartsWith(BearerScheme, StringComparison.Ordinal))
            {
                return Refuse(Refusal.Unauthorized("Register a key and send `Authorization: Bearer KEY.TOKEN`."));
            }

            (ClientKey? key, Refusal? refusal) = await keys.FindAsync(header[BearerScheme.Length..], cancellationToken);
            return key is null ? Refuse(refusal!) : await answer(key);
        });

    private async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (StorageException exception)
        {
            LogStorageFailed(logger, exception.Message);
            bool isFull = exception.Fault is StorageFault.DiskFull or StorageFault.QuotaExceeded;
            return Refuse(new Refusal(
                isFull ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable,
                isFull ? "disk-full" : "storage",
                "The scorer cannot keep receipts at the moment. Nothing was charged; send the same batch again later."));
        }
    }

    private static IResult Refuse(Refusal refusal)
    {
        ScorerInstruments.Refusals.Add(1, new KeyValuePair<string, object?>("kind", refusal.Kind));
        return refusal.ToResult();
    }

    private static Refusal TooLarge(long most) =>
        new(StatusCodes.Status413PayloadTooLarge, "too-large", $"At most {most} bytes are taken here.");

    /// <summary>The body; null when it is longer.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, long most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
        {
            return null;
        }

        if (request.ContentLength is { } length)
        {
            // Bounded, and by as many at one time as may be scored.
            byte[] whole = new byte[length];
            await request.Body.ReadExactlyAsync(whole, cancellationToken);
            return whole;
        }

        using var body = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (body.Length + read > most)
                {
                    return null;
                }

                body.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.ToArray();
    }

    private static bool TryDigest(string hex, out Digest digest)
    {
        bool isDigest = hex.Length == 2 * Digest.Length && hex.All(char.IsAsciiHexDigitLower);
        digest = isDigest ? Digest.Parse(hex) : default;
        return isDigest;
    }
}
