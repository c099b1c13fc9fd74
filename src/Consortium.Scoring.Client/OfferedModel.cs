using System.Text.Json;
using Consortium.Cryptography.Scoring;
using Consortium.Learning.Cells;
using Consortium.Primitives;

namespace Consortium.Scoring.Client;

/// <summary>A model as a scorer offers it: all that a client needs, and no weight.</summary>
public sealed record OfferedModel
{
    private const int MostFeatures = 1 << 16;
    private const int MostBatchQueries = 1 << 16;
    private const string Subject = "offer";

    public required Digest Model { get; init; }

    public required CellShape Shape { get; init; }

    public required ScoringParameters Parameters { get; init; }

    /// <summary>Queries of a batch at most.</summary>
    public required int MostQueries { get; init; }

    /// <summary>A score counts steps of 2^-bits of log-odds.</summary>
    public required int StepBits { get; init; }

    /// <summary>Added to every score.</summary>
    public required long Offset { get; init; }

    /// <summary>Payments that this client may have scored with the model, and how many it has.</summary>
    public required long Quota { get; init; }

    public required long Used { get; init; }

    /// <summary>The log-odds that a score stands for.</summary>
    public double LogOdds(long score) => Math.ScaleB(score + Offset, -StepBits);

    /// <exception cref="MalformedDataException">The element is no offer that this client can use.</exception>
    internal static OfferedModel Read(JsonElement offer)
    {
        try
        {
            int features = Within(offer, "features", 1, MostFeatures), cells = Within(offer, "cells", 1, CellShape.MostCells);
            int payments = Within(offer, "paymentsPerQuery", 1, ScoringParameters.MostPayments);
            ScoringParameters parameters = offer.GetProperty("plainModulus").GetInt32() switch
            {
                4099 => ScoringParameters.Coarse(cells, payments),
                8209 => ScoringParameters.Fine(cells, payments),
                var other => throw new FormatException($"t = {other} is none of 4099 and 8209"),
            };
            byte[] schema = Convert.FromHexString(offer.GetProperty("schema").GetString() ?? string.Empty);
            CellShape shape = CellShapeJson.Read(offer.GetProperty("groups"), features, schema);
            return shape.CellCount != cells || parameters.ReplyBits != offer.GetProperty("replyBits").GetInt32()
                || parameters.QueryBytes != offer.GetProperty("queryBytes").GetInt32()
                || parameters.ReplyBytes != offer.GetProperty("replyBytes").GetInt32()
                ? throw new FormatException("the sizes do not follow from cells, payments and t")
                : new OfferedModel
                {
                    Model = Digest.Parse(offer.GetProperty("model").GetString() ?? string.Empty),
                    Shape = shape,
                    Parameters = parameters,
                    MostQueries = Within(offer, "mostQueries", 1, MostBatchQueries),
                    StepBits = Within(offer, "stepBits", 0, CellModel.MostStepBits),
                    Offset = offer.GetProperty("offset").GetInt64(),
                    Quota = offer.GetProperty("quota").GetInt64(),
                    Used = offer.GetProperty("used").GetInt64(),
                };
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or ArgumentException
            or FormatException)
        {
            throw new MalformedDataException(Subject, 0, "an offer", exception.Message);
        }
    }

    private static int Within(JsonElement offer, string name, int least, int most)
    {
        int value = offer.GetProperty(name).GetInt32();
        return value >= least && value <= most
            ? value
            : throw new FormatException($"{name} is {value}, not within {least} and {most}");
    }
}
