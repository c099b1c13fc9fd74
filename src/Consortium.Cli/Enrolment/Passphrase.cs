using System.Security.Cryptography;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;

namespace Consortium.Cli.Enrolment;

/// <summary>Gets the passphrase of an identity file: from a file, from a new draw, or from the person at the terminal.</summary>
internal static class Passphrase
{
    private const int DrawnBytes = 16;

    /// <summary>The passphrase for a new identity.</summary>
    /// <param name="file">Holds it; null draws one or asks.</param>
    /// <param name="generate">Whether to draw one. The caller keeps it in a file.</param>
    /// <exception cref="CommandException">None can be had, or it is too short.</exception>
    public static async Task<string> ChooseAsync(
        Terminal terminal, string whose, FileInfo? file, bool generate, CancellationToken cancellationToken)
    {
        if (file is not null && generate)
        {
            throw new CommandException(
                ExitCode.BadInput,
                "--passphrase-file names a passphrase and --generate-passphrase draws one: give one of the two.");
        }

        if (generate)
        {
            return Draw();
        }

        string[] typed = file is not null ? [ReadFile(file.FullName)] : await AskAsync(
            terminal, [$"New passphrase for {whose}", "Once more"], cancellationToken);
        return typed.Distinct().Count() > 1
            ? throw new CommandException(ExitCode.BadInput, "The two differ. Nothing was written: try again.")
            : typed[0].Length < IdentityFile.MinimumPassphraseLength
            ? throw new CommandException(
                ExitCode.BadInput,
                $"The passphrase has {typed[0].Length} characters: use {IdentityFile.MinimumPassphraseLength} or more, such "
                    + $"as five words.")
            : typed[0];
    }

    /// <summary>A new one that nobody could guess.</summary>
    public static string Draw() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(DrawnBytes));

    /// <summary>
    /// Opens a party's keys; its passphrase is in the named file, else beside the keys, else known to the person at the terminal.
    /// </summary>
    public static async Task<PrivateIdentity> OpenAsync(
        Terminal terminal, PartyHome party, FileInfo? file, CancellationToken cancellationToken)
    {
        if (!File.Exists(party.IdentityFile))
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"There is no {party.IdentityFile}: {party.Id} does not live in this folder. Run this where its keys are, "
                    + $"or name the folder with --folder.");
        }

        return IdentityFile.Load(party.IdentityFile, await OfAsync(terminal, party, file, cancellationToken));
    }

    /// <summary>
    /// A party's passphrase, from the named file, else from the one beside the keys, else from the person at the terminal.
    /// </summary>
    public static async Task<string> OfAsync(
        Terminal terminal, PartyHome party, FileInfo? file, CancellationToken cancellationToken) =>
        file is not null ? ReadFile(file.FullName)
        : File.Exists(party.PassphraseFile) ? ReadFile(party.PassphraseFile)
        : (await AskAsync(terminal, [$"Passphrase of {party.Id}"], cancellationToken))[0];

    /// <summary>The first line of a file that only its owner can read.</summary>
    public static string ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no {path}; it should hold the passphrase.");
        }

        return SecretFileAccess.Objection(path) is { } objection
            ? throw new CommandException(ExitCode.BadInput, $"{path} holds a passphrase. {objection}")
            : File.ReadLines(path).FirstOrDefault() is { Length: > 0 } line ? line
            : throw new CommandException(ExitCode.BadInput, $"{path} is empty: its first line should be the passphrase.");
    }

    private static Task<string[]> AskAsync(Terminal terminal, string[] questions, CancellationToken cancellationToken) =>
        SecretPrompt.IsPossible(terminal)
            ? SecretPrompt.AskAsync(terminal, questions, cancellationToken)
            : throw new CommandException(
                ExitCode.BadInput,
                "There is no terminal to ask for the passphrase: name a file that holds it with --passphrase-file, or, for "
                    + "new keys, let --generate-passphrase draw one.");
}
