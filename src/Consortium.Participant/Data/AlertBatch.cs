using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Consortium.Primitives;

namespace Consortium.Participant.Data;

/// <summary>The alerts of one batch by one model, as the daemon writes them beside the CSV file for other programs.</summary>
/// <param name="Batch">From 1.</param>
/// <param name="Model">The digest of the model that scored.</param>
public sealed record AlertBatch(int Batch, string Model, ImmutableArray<Alert> Alerts)
{
    private const long LongestFile = 1L << 30;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Default,
    };

    /// <summary>Where these files are in the folder of alerts.</summary>
    public static string FolderIn(string alerts) => Path.Combine(alerts, "json");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads a file that the daemon wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static AlertBatch Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length <= LongestFile
                && JsonSerializer.Deserialize<AlertBatch>(File.ReadAllBytes(path), Options) is { Alerts.IsDefault: false } batch)
            {
                return batch;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidDataException($"{path} is no file of alerts that the daemon wrote: take it out of the folder.");
    }

    /// <summary>Writes the CSV and the JSON file, each whole or not at all.</summary>
    internal void Write(string csv)
    {
        string json = FolderIn(Path.GetDirectoryName(csv)!);
        Directory.CreateDirectory(json);
        DurableFile.Replace(Path.Combine(json, Path.ChangeExtension(Path.GetFileName(csv), ".json")), ToJson());
        DurableFile.Replace(csv, System.Text.Encoding.UTF8.GetBytes(AlertList.ToCsv(Alerts)));
    }
}
