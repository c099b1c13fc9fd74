using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Learning;
using Consortium.Learning.Models.Files;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Models;

/// <summary>The models that a bank's daemon keeps: files in its output folder, and its own note of which came when.</summary>
/// <param name="Data">The participant's data folder.</param>
/// <param name="Output">Its output folder.</param>
internal sealed record ModelFolder(string Data, string Output)
{
    public IStorage Storage => new FolderStorage(Data);

    public string ModelsFolder => Path.Combine(Output, "models");

    /// <exception cref="CommandException">The folder was not named, or is not there.</exception>
    public static ModelFolder Of(ParseResult parsed)
    {
        string data = parsed.GetValue(BankOptions.DataFolder)?.FullName
            ?? throw new CommandException(ExitCode.BadInput, "Name the bank's data folder with --data: its models are there.");
        if (!Directory.Exists(data))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no folder {data}: name the bank's data folder with --data.");
        }

        return new ModelFolder(data, parsed.GetValue(BankOptions.OutputFolder)?.FullName ?? Path.Combine(data, "output"));
    }

    /// <summary>A model by its file's path, or by the first digits of its digest on the bank's shelf.</summary>
    /// <exception cref="CommandException">There is none such, or several.</exception>
    /// <exception cref="MalformedDataException">The file is no model file, or damaged.</exception>
    public static Task<ModelFile> LoadAsync(ParseResult parsed, string model, CancellationToken cancellationToken)
    {
        if (File.Exists(model))
        {
            return ModelFile.LoadAsync(model, cancellationToken);
        }

        return parsed.GetValue(BankOptions.DataFolder) is null
            ? throw new CommandException(
                ExitCode.BadInput,
                $"There is no file {model}. To name a model by its digest, name the bank's data folder with --data.")
            : ModelFile.LoadAsync(Of(parsed).Find(model), cancellationToken);
    }

    /// <summary>Every model file, the oldest first.</summary>
    public IReadOnlyList<string> Files() => !Directory.Exists(ModelsFolder) ? [] :
        [
            .. new DirectoryInfo(ModelsFolder).EnumerateFiles("*.csmodel").OrderBy(file => file.LastWriteTimeUtc).ThenBy(
                file => file.Name, StringComparer.Ordinal).Select(file => file.FullName),
        ];

    /// <summary>The file of the one model whose digest begins so.</summary>
    /// <exception cref="CommandException">There is none such, or several.</exception>
    public string Find(string digest)
    {
        string[] fit = [.. Files().Where(file => Path.GetFileName(file).StartsWith(digest, StringComparison.OrdinalIgnoreCase))];
        return fit switch
        {
            [string one] => one,
            [] => throw new CommandException(
                ExitCode.BadInput, $"No model '{digest}' is in {ModelsFolder}. `model list` shows those that are."),
            _ => throw new CommandException(ExitCode.BadInput, $"{fit.Length} models begin with '{digest}': give more digits."),
        };
    }

    /// <summary>The newest model that the daemon adopted; null before the first.</summary>
    public async Task<Digest?> NewestAsync(CancellationToken cancellationToken) =>
        await AdoptedModel.ReadAsync(Storage, cancellationToken) is [.., var newest] ? newest.Model : null;

    /// <summary>The rollback that applies now: one that a newer model overtook does not.</summary>
    public ModelRollback? RollbackFrom(Digest? newest) =>
        ModelRollback.Read(Output) is { } rollback && rollback.InsteadOf == newest ? rollback : null;
}
