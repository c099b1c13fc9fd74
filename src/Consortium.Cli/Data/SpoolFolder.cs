using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Models;
using Consortium.Hosting.Sqlite;
using Consortium.Participant.Data;
using Consortium.Participant.Store;

namespace Consortium.Cli.Data;

/// <summary>What a bank's daemon knows of its payment files, read from its data folder.</summary>
internal static class SpoolFolder
{
    public static readonly Argument<string> Name = new("NAME")
    {
        Description = "The payment file's name in the daemon's folder, as `data list` shows it",
    };

    /// <summary>Where the daemon saves its data and looks for orders.</summary>
    /// <exception cref="CommandException">The folder was not named, or is not there.</exception>
    public static string DataOf(ParseResult parsed)
    {
        string data = parsed.GetValue(BankOptions.DataFolder)?.FullName
            ?? throw new CommandException(
                ExitCode.BadInput, "Name the bank's data folder with --data (the daemon's Consortium__Data).");
        return Directory.Exists(data) ? data : throw new CommandException(
            ExitCode.BadInput, $"There is no folder {data}: name the bank's data folder with --data.");
    }

    public static string ReadingIn(string data) => Path.Combine(data, "reading");

    /// <summary>Gives an order for a file that is set aside.</summary>
    /// <exception cref="CommandException">No such file is, or it is taken.</exception>
    public static async Task OrderAsync(ParseResult parsed, bool acceptsBadRows, CancellationToken cancellationToken)
    {
        string data = DataOf(parsed), name = parsed.GetRequiredValue(Name);
        JournaledFile file = (
            await JournaledFile.ReadAsync(new FolderStorage(data), cancellationToken)).LastOrDefault(known => known.Name == name)
            ?? throw new CommandException(
                ExitCode.BadInput, $"The daemon knows no file '{name}'. `data list` shows those it knows.");
        if (file.State == FileState.Taken)
        {
            throw new CommandException(ExitCode.BadInput, $"{name} is taken already, as batch {file.Batch}.");
        }

        new ReadingOrder(name, acceptsBadRows).Write(ReadingIn(data));
    }
}
