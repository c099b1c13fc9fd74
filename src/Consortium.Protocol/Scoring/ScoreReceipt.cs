using System.Globalization;
using System.Text.Json;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Scoring;

/// <summary>
/// What the scorer served one client in one batch, as the data of a CloudEvent 1.0: each receipt names the one before it, so that
/// none can be left out, doubled or altered unseen. It says nothing about payments but how many.
/// </summary>
public sealed record ScoreReceipt
{
    /// <summary>What the envelope says of its payload.</summary>
    public const string MediaType = "application/cloudevents+json";

    private const string EventType = "consortium.scoring.batch.v1";
    private const string Subject = "score receipt";

    public required ConsortiumDigest Consortium { get; init; }

    public required PartyId Scorer { get; init; }

    public required PartyId Client { get; init; }

    /// <summary>From 1, without a gap, for each client.</summary>
    public required long Sequence { get; init; }

    /// <summary>Digest of the payload of the client's receipt before; zeros for the first.</summary>
    public required Digest Previous { get; init; }

    /// <summary>The client's name for the batch, 32 hexadecimal digits.</summary>
    public required string Batch { get; init; }

    public required Digest Model { get; init; }

    /// <summary>Digest of the queries, as sent.</summary>
    public required Digest Request { get; init; }

    /// <summary>Payments charged: the places of all queries, filled or not.</summary>
    public required int Payments { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Time { get; init; }

    /// <summary>The CloudEvent, always the same bytes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("type", EventType);
            json.WriteString("source", $"urn:consortium:{Consortium}:{Scorer}");
            json.WriteString("id", $"{Client}/{Sequence.ToString(CultureInfo.InvariantCulture)}");
            json.WriteString("subject", Client.Name);
            json.WriteString(
                "time",
                DateTimeOffset.FromUnixTimeMilliseconds(Time).ToString(
                    "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("datacontenttype", "application/json");
            json.WriteStartObject("data");
            json.WriteString("consortium", Consortium.ToString());
            json.WriteString("scorer", Scorer.Name);
            json.WriteNumber("sequence", Sequence);
            json.WriteString("previous", Previous.ToString());
            json.WriteString("batch", Batch);
            json.WriteString("model", Model.ToString());
            json.WriteString("request", Request.ToString());
            json.WriteNumber("payments", Payments);
            json.WriteNumber("unixMilliseconds", Time);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Reads <see cref="ToBytes"/>, and nothing that differs from it in a byte.</summary>
    /// <exception cref="MalformedDataException">The bytes are no receipt.</exception>
    public static ScoreReceipt FromBytes(ReadOnlySpan<byte> bytes)
    {
        ScoreReceipt receipt;
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.ToArray());
            JsonElement data = document.RootElement.GetProperty("data");
            receipt = new ScoreReceipt
            {
                Consortium = new ConsortiumDigest(Digest.Parse(Text(data, "consortium"))),
                Scorer = new PartyId(Text(data, "scorer")),
                Client = new PartyId(Text(document.RootElement, "subject")),
                Sequence = data.GetProperty("sequence").GetInt64(),
                Previous = Digest.Parse(Text(data, "previous")),
                Batch = Text(data, "batch"),
                Model = Digest.Parse(Text(data, "model")),
                Request = Digest.Parse(Text(data, "request")),
                Payments = data.GetProperty("payments").GetInt32(),
                Time = data.GetProperty("unixMilliseconds").GetInt64(),
            };
            if (receipt.ToBytes().AsSpan().SequenceEqual(bytes))
            {
                return receipt;
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException
            or InvalidOperationException or KeyNotFoundException)
        {
            throw new MalformedDataException(Subject, 0, "a receipt for scores", exception.Message);
        }

        throw new MalformedDataException(Subject, 0, "the canonical bytes of a receipt", "others");
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null.");
}
