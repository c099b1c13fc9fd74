using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Consortium.Learning.Cells;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Scoring;

/// <summary>What the scorer's operator writes: which models are offered, and on which terms.</summary>
public static class OfferFile
{
    private const int MostModels = 64;
    private const int MostModelBytes = 1 << 26;
    private const int MostBatchBytes = 1 << 26;
    private const int DefaultMostQueries = 256;
    private const int MostQuota = 1_000_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Loads the models that a file names, relative to its folder.</summary>
    /// <exception cref="InvalidConfigurationException">
    /// The file or a model cannot be used: says everything that is wrong.
    /// </exception>
    public static ImmutableArray<Offer> Load(string path)
    {
        Entry[] entries;
        try
        {
            entries = JsonSerializer.Deserialize<Entry[]>(File.ReadAllBytes(path), Json) ?? [];
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidConfigurationException(path, [new Problem("$", exception.Message)]);
        }

        if (entries.Length is 0 or > MostModels)
        {
            throw new InvalidConfigurationException(
                path, [new Problem("$", $"Offer 1 to {MostModels} models, not {entries.Length}.")]);
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var offers = ImmutableArray.CreateBuilder<Offer>(entries.Length);
        var problems = new List<Problem>();
        for (int i = 0; i < entries.Length; i++)
        {
            try
            {
                offers.Add(Load(folder, entries[i]));
            }
            catch (Exception exception) when (exception is ArgumentException or MalformedDataException or IOException
                or UnauthorizedAccessException)
            {
                problems.Add(new Problem($"[{i}]", exception.Message));
            }
        }

        foreach (IGrouping<Digest, Offer> same in offers.GroupBy(offer => offer.Model).Where(group => group.Count() > 1))
        {
            problems.Add(new Problem("$", $"Model {same.Key} is offered twice: a model has one quota."));
        }

        if (problems.Count > 0)
        {
            foreach (Offer offer in offers)
            {
                offer.Dispose();
            }

            throw new InvalidConfigurationException(path, [.. problems]);
        }

        return offers.ToImmutable();
    }

    private static Offer Load(string folder, Entry entry)
    {
        if (entry.Quota is < 1 or > MostQuota)
        {
            throw new ArgumentException($"A quota of {entry.Quota} payments is not within 1 and {MostQuota}.");
        }

        var file = new FileInfo(Path.Combine(folder, entry.Model));
        if (file.Exists && file.Length > MostModelBytes)
        {
            throw new ArgumentException($"{file.FullName} has {file.Length} bytes; a model has at most {MostModelBytes}.");
        }

        CellModel model = CellModel.FromBytes(File.ReadAllBytes(file.FullName));
        int most = entry.MostQueries ?? DefaultMostQueries;
        var offer = new Offer(model, entry.PaymentsPerQuery ?? 1, entry.Quota, most);
        if (offer.MostBytes > MostBatchBytes)
        {
            offer.Dispose();
            throw new ArgumentException(
                $"A batch of {most} queries has {offer.MostBytes} bytes; {MostBatchBytes} are allowed: lower mostQueries.");
        }

        return offer;
    }

    /// <param name="Model">A file of <c>model export --cells</c>.</param>
    /// <param name="Quota">Payments that one client may have scored with this model.</param>
    /// <param name="PaymentsPerQuery">1 unless given; small models share a query.</param>
    /// <param name="MostQueries">Queries of a batch.</param>
    private sealed record Entry(string Model, int Quota, int? PaymentsPerQuery, int? MostQueries);
}
