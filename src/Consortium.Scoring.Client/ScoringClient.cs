using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Scoring;
using Consortium.Learning.Features;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;

namespace Consortium.Scoring.Client;

/// <summary>
/// Has payments scored by a model that it cannot see, while the scorer cannot see the payments. It draws one key, registers it,
/// checks every receipt and countersigns it. Make one a day or a batch. Not thread-safe.
/// </summary>
/// <remarks>
/// What is sent never depends on whether a reply opened: that would be an oracle on the key. So all batches are sent, and only
/// then does a reply that does not open end in an exception.
/// </remarks>
public sealed class ScoringClient : IDisposable
{
    /// <summary>How often a batch whose answer was lost is sent again, under the same name: it is charged once.</summary>
    private const int MostRepeats = 3;

    private const string ReceiptHeader = "Consortium-Receipt";
    private const long MostOfferBytes = 1 << 28;

    private static readonly TimeSpan KeyLife = TimeSpan.FromHours(24);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly ConsortiumConfiguration _configuration;
    private readonly PartyId _self;
    private readonly PrivateIdentity _identity;
    private readonly TimeProvider _time;
    private readonly ScoringKey _key = ScoringKey.Generate(RandomSource.OperatingSystem);
    private readonly byte[] _token = RandomNumberGenerator.GetBytes(Digest.Length);
    private readonly List<SignedEnvelope> _receipts = [];

    /// <param name="http">Its base address is the scorer's. Not disposed of.</param>
    /// <param name="configuration">The consortium, as its operator signed it.</param>
    /// <param name="self">A client of the consortium.</param>
    /// <param name="identity">That client's.</param>
    /// <param name="time">The clock.</param>
    public ScoringClient(
        HttpClient http, ConsortiumConfiguration configuration, PartyId self, PrivateIdentity identity, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.Scorer is null)
        {
            throw new ArgumentException("The consortium has no scorer.", nameof(configuration));
        }

        (_http, _configuration, _self, _identity, _time) = (http, configuration, self, identity, time);
    }

    /// <summary>The receipts of this client's batches so far, in order, with both signatures.</summary>
    public IReadOnlyList<SignedEnvelope> Receipts => _receipts;

    /// <summary>Registers the key. Call it once, before all else.</summary>
    /// <exception cref="ScoringRejectedException">The scorer does not take it.</exception>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        var registration = new KeyRegistration
        {
            Consortium = _configuration.Digest,
            Client = _self,
            Token = Digest.Of(_token),
            IssuedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + KeyLife).ToUnixTimeMilliseconds(),
            PublicKey = _key.PublicKey.ToArray(),
        };
        byte[] body = registration.Sign(_identity);
        using HttpResponseMessage answer = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, $"v1/keys/{registration.Id}") { Content = Octets(body) },
            cancellationToken);
    }

    /// <summary>The models on offer.</summary>
    /// <exception cref="MalformedDataException">The answer is no list of offers.</exception>
    public async Task<IReadOnlyList<OfferedModel>> OffersAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Get, "v1/offers"), cancellationToken);
        byte[] json = await ReadAsync(answer, MostOfferBytes, cancellationToken);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.GetProperty("offers").EnumerateArray().Select(OfferedModel.Read)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new MalformedDataException("offers", 0, "a list of offers", exception.Message);
        }
    }

    /// <summary>The log-odds of every row, in the rows' order.</summary>
    /// <param name="offer">The model.</param>
    /// <param name="features">Rows of the offer's schema.</param>
    /// <param name="progress">Told how many rows are scored.</param>
    /// <exception cref="ArgumentException">The rows follow another schema.</exception>
    /// <exception cref="ScoringRejectedException">The scorer rejected a batch, which is not charged.</exception>
    /// <exception cref="MalformedDataException">A receipt or a reply is not what was asked for.</exception>
    public async Task<double[]> ScoreAsync(
        OfferedModel offer, FeatureMatrix features, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(features);
        if (!features.Schema.Digest.SequenceEqual(offer.Shape.SchemaDigest.Span))
        {
            throw new ArgumentException("The model was trained on another feature schema.", nameof(features));
        }

        using var encryptor = new QueryEncryptor(_key, offer.Parameters, RandomSource.OperatingSystem);
        using var opener = new ReplyOpener(_key, offer.Parameters);
        int batchRows = offer.MostQueries * offer.Parameters.Payments, unopened = 0;
        var logOdds = new double[features.RowCount];
        for (int start = 0; start < features.RowCount; start += batchRows)
        {
            int count = Math.Min(batchRows, features.RowCount - start);
            byte[] queries = Encrypt(offer, encryptor, features, start, count);
            byte[] replies = await ScoreBatchAsync(offer, queries, cancellationToken);
            unopened += Open(offer, opener, replies, logOdds.AsSpan(start, count));
            progress?.Report(start + count);
        }

        return unopened == 0
            ? logOdds
            : throw new MalformedDataException("scores", 0, "replies under this key", $"{unopened} that do not open");
    }

    public void Dispose()
    {
        _key.Dispose();
        CryptographicOperations.ZeroMemory(_token);
    }

    private static byte[] Encrypt(OfferedModel offer, QueryEncryptor encryptor, FeatureMatrix features, int start, int count)
    {
        int payments = offer.Parameters.Payments, cells = offer.Shape.CellCount;
        byte[] queries = new byte[(count + payments - 1) / payments * offer.Parameters.QueryBytes];
        var row = new float[offer.Shape.FeatureCount];
        var found = new int[offer.Shape.Groups.Length];
        byte[] vectors = new byte[payments * cells];
        for (int query = 0; query * payments < count; query++)
        {
            Array.Clear(vectors);
            int filled = Math.Min(payments, count - (query * payments));
            for (int payment = 0; payment < filled; payment++)
            {
                features.CopyRow(start + (query * payments) + payment, row);
                offer.Shape.Find(row, found);
                foreach (int cell in found)
                {
                    vectors[(payment * cells) + cell] = 1;
                }
            }

            encryptor.Encrypt(
                vectors.AsSpan(0, filled * cells),
                queries.AsSpan(query * offer.Parameters.QueryBytes, offer.Parameters.QueryBytes));
        }

        Array.Clear(vectors);
        return queries;
    }

    private static int Open(OfferedModel offer, ReplyOpener opener, byte[] replies, Span<double> logOdds)
    {
        int payments = offer.Parameters.Payments, length = offer.Parameters.ReplyBytes, unopened = 0;
        Span<int> scores = stackalloc int[payments];
        for (int query = 0; query * payments < logOdds.Length; query++)
        {
            unopened += opener.TryOpen(replies.AsSpan(query * length, length), scores) ? 0 : 1;
            for (int payment = 0; payment < payments && (query * payments) + payment < logOdds.Length; payment++)
            {
                logOdds[(query * payments) + payment] = offer.LogOdds(scores[payment]);
            }
        }

        return unopened;
    }

    private async Task<byte[]> ScoreBatchAsync(OfferedModel offer, byte[] queries, CancellationToken cancellationToken)
    {
        string batch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        int count = queries.Length / offer.Parameters.QueryBytes;
        for (int repeat = 0; ; repeat++)
        {
            try
            {
                using HttpResponseMessage answer = await SendAsync(
                    () => new HttpRequestMessage(HttpMethod.Post, $"v1/scores?model={offer.Model}&batch={batch}")
                    {
                        Content = Octets(queries),
                    },
                    cancellationToken);
                long expected = (long)count * offer.Parameters.ReplyBytes;
                byte[] replies = await ReadAsync(answer, expected, cancellationToken);
                MalformedDataException.ThrowIfLengthDiffers("scores", replies.Length, (int)expected);
                SignedEnvelope receipt = Check(answer, offer, batch, Digest.Of(queries), count * offer.Parameters.Payments);
                await CountersignAsync(receipt, batch, cancellationToken);
                return replies;
            }
            catch (Exception exception) when (repeat < MostRepeats && MayPass(exception))
            {
                await Task.Delay(Pause * (1 << repeat), _time, cancellationToken);
            }
        }
    }

    /// <summary>Whether the same batch may be sent again: the answer was lost, or the scorer said later.</summary>
    private static bool MayPass(Exception exception) => exception switch
    {
        ScoringRejectedException rejected => rejected.Status is HttpStatusCode.TooManyRequests
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage,
        HttpRequestException or IOException => true,
        _ => false,
    };

    private SignedEnvelope Check(HttpResponseMessage answer, OfferedModel offer, string batch, Digest request, int payments)
    {
        if (!answer.Headers.TryGetValues(ReceiptHeader, out IEnumerable<string>? values))
        {
            throw new MalformedDataException("receipt", 0, $"a header {ReceiptHeader}", "none");
        }

        byte[] json = new byte[values.First().Length];
        if (!Convert.TryFromBase64String(values.First(), json, out int length))
        {
            throw new MalformedDataException("receipt", 0, "base64", "other characters");
        }

        SignedEnvelope envelope = SignedEnvelope.FromJson(json.AsSpan(0, length));
        var receipt = ScoreReceipt.FromBytes(envelope.Payload.Span);
        bool isOurs = envelope.PayloadType == ScoreReceipt.MediaType && envelope.IsSignedBy(_configuration.Scorer!.Identity)
            && receipt.Consortium == _configuration.Digest && receipt.Scorer == _configuration.Scorer.Id
            && receipt.Client == _self && receipt.Batch == batch && receipt.Model == offer.Model
            && receipt.Request == request && receipt.Payments == payments;
        return isOurs
            ? envelope
            : throw new MalformedDataException("receipt", 0, "the scorer's signature over this batch", "another receipt");
    }

    private async Task CountersignAsync(SignedEnvelope receipt, string batch, CancellationToken cancellationToken)
    {
        SignedEnvelope both = receipt.Signatures.Length > 1 ? receipt : receipt.WithSignatureOf(_identity);
        byte[] signature = both.Signatures[^1].Signature.ToArray();
        using HttpResponseMessage answer = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, $"v1/receipts/{batch}") { Content = Octets(signature) },
            cancellationToken);
        _receipts.Add(both);
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = create();
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", $"{Digest.Of(_key.PublicKey)}.{Convert.ToHexStringLower(_token)}");
        HttpResponseMessage answer = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await RejectionAsync(answer, cancellationToken);
        }
    }

    private static async Task<ScoringRejectedException> RejectionAsync(
        HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        const int MostProblemBytes = 1 << 16;
        string kind = string.Empty, detail = answer.ReasonPhrase ?? string.Empty;
        try
        {
            using JsonDocument problem = JsonDocument.Parse(await ReadAsync(answer, MostProblemBytes, cancellationToken));
            kind = (problem.RootElement.GetProperty("type").GetString() ?? string.Empty).Split(':')[^1];
            detail = problem.RootElement.GetProperty("detail").GetString() ?? detail;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException
            or MalformedDataException)
        {
            // An answer of something else, such as a proxy: its status says enough.
        }

        return new ScoringRejectedException(answer.StatusCode, kind, detail);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, long most, CancellationToken cancellationToken)
    {
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > most)
            {
                throw new MalformedDataException("answer", most, $"at most {most} bytes", "more");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static ByteArrayContent Octets(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
