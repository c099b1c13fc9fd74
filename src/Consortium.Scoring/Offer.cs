using System.Collections.Concurrent;
using System.Text.Json;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Scoring;
using Consortium.Learning.Cells;
using Consortium.Primitives;

namespace Consortium.Scoring;

/// <summary>One model that the scorer offers, loaded with every bound checked. Thread-safe until disposed.</summary>
public sealed class Offer : IDisposable
{
    private readonly ScoringModel _model;
    private readonly ConcurrentBag<QueryScorer> _scorers = [];

    /// <param name="cells">The model.</param>
    /// <param name="payments">Payments of a query: 1, 2, 4 or 8.</param>
    /// <param name="quota">Payments that one client may have scored with this model.</param>
    /// <param name="mostQueries">Queries of a batch.</param>
    /// <exception cref="ArgumentException">A bound fails: the text has value and limit.</exception>
    public Offer(CellModel cells, int payments, int quota, int mostQueries)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentOutOfRangeException.ThrowIfLessThan(quota, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostQueries, 1);
        Parameters = ScoringParameters.Fine(cells.Shape.CellCount, payments);
        _model = new ScoringModel(
            Parameters, cells.Weights.AsSpan(), [.. cells.Shape.Groups.Select(group => group.CellCount)]);
        (Shape, StepBits, Offset) = (cells.Shape, cells.StepBits, cells.Offset);
        (Quota, MostQueries, Model) = (quota, mostQueries, new Digest(cells.Digest.Span));
    }

    /// <summary>Digest of the model, weights and all: by which requests name it. Another model has a quota of its own.</summary>
    public Digest Model { get; }

    public CellShape Shape { get; }

    public ScoringParameters Parameters { get; }

    public int StepBits { get; }

    public long Offset { get; }

    /// <summary>Payments that one client may have scored with this model.</summary>
    public int Quota { get; }

    public int MostQueries { get; }

    /// <summary>Bytes of the largest batch.</summary>
    public long MostBytes => (long)MostQueries * Parameters.QueryBytes;

    /// <summary>Scores a batch's queries, one after another, on this thread.</summary>
    /// <returns>Their replies.</returns>
    /// <exception cref="MalformedDataException">A query is none; the offset is that in the batch.</exception>
    public byte[] Score(ReadOnlySpan<byte> queries, ScoringPublicKey key)
    {
        int count = queries.Length / Parameters.QueryBytes;
        byte[] replies = new byte[count * Parameters.ReplyBytes];
        if (!_scorers.TryTake(out QueryScorer? scorer))
        {
            scorer = new QueryScorer(_model, RandomSource.OperatingSystem);
        }

        try
        {
            for (int query = 0; query < count; query++)
            {
                scorer.Score(
                    queries.Slice(query * Parameters.QueryBytes, Parameters.QueryBytes),
                    key,
                    replies.AsSpan(query * Parameters.ReplyBytes, Parameters.ReplyBytes));
            }
        }
        finally
        {
            _scorers.Add(scorer);
        }

        return replies;
    }

    public void Dispose()
    {
        while (_scorers.TryTake(out QueryScorer? scorer))
        {
            scorer.Dispose();
        }

        _model.Dispose();
    }

    /// <param name="used">Payments that the asker has had scored.</param>
    internal void Write(Utf8JsonWriter json, long used)
    {
        json.WriteStartObject();
        json.WriteString("model", Model.ToString());
        json.WriteString("schema", Convert.ToHexStringLower(Shape.SchemaDigest.Span));
        json.WriteNumber("features", Shape.FeatureCount);
        json.WriteNumber("cells", Shape.CellCount);
        json.WriteNumber("plainModulus", Parameters.PlainModulus);
        json.WriteNumber("replyBits", Parameters.ReplyBits);
        json.WriteNumber("paymentsPerQuery", Parameters.Payments);
        json.WriteNumber("queryBytes", Parameters.QueryBytes);
        json.WriteNumber("replyBytes", Parameters.ReplyBytes);
        json.WriteNumber("mostQueries", MostQueries);
        json.WriteNumber("stepBits", StepBits);
        json.WriteNumber("offset", Offset);
        json.WriteNumber("quota", Quota);
        json.WriteNumber("used", used);
        json.WritePropertyName("groups");
        CellShapeJson.Write(json, Shape);
        json.WriteEndObject();
    }
}
