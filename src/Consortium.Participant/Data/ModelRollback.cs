using System.Text.Json;
using System.Text.Json.Serialization;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Data;

/// <summary>
/// The owner's word that payments are to be scored with an earlier model. It is a file in the output folder, so that it holds
/// whether the daemon runs or not. It names the model it replaces: when a newer one is adopted, it no longer applies.
/// </summary>
/// <param name="Model">The model to score with.</param>
/// <param name="InsteadOf">The newest model when this was said.</param>
public sealed record ModelRollback(Digest Model, Digest InsteadOf)
{
    private const int LongestFile = 4096;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Where it is in a participant's output folder.</summary>
    public static string FileIn(string output) => Path.Combine(output, "rollback.json");

    /// <summary>Reads it; null when there is none.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not one, or others than its owner can write it. Says what to do.
    /// </exception>
    public static ModelRollback? Read(string output)
    {
        string path = FileIn(output);
        if (!File.Exists(path))
        {
            return null;
        }

        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw new InvalidDataException(
                $"Others than its owner can write {path}, which says what model to score with: chmod 600 {path}");
        }

        try
        {
            if (new FileInfo(path).Length > LongestFile)
            {
                throw new FormatException($"more than {LongestFile} bytes");
            }

            Written written = JsonSerializer.Deserialize<Written>(File.ReadAllBytes(path), Options)
                ?? throw new FormatException("null");
            return new ModelRollback(Digest.Parse(written.Model ?? ""), Digest.Parse(written.InsteadOf ?? ""));
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new InvalidDataException(
                $"{path} is no rollback ({exception.Message}): write it with `model rollback`, or remove it.", exception);
        }
    }

    /// <summary>Writes it whole or not at all; it holds from the daemon's next look on.</summary>
    public void Write(string output)
    {
        var written = new Written(Model.ToString(), InsteadOf.ToString());
        DurableFile.Replace(FileIn(output), JsonSerializer.SerializeToUtf8Bytes(written, Options), ownerOnly: true);
    }

    /// <summary>Takes it back.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Lift(string output)
    {
        bool existed = File.Exists(FileIn(output));
        File.Delete(FileIn(output));
        return existed;
    }

    private sealed record Written(string? Model, string? InsteadOf);
}
