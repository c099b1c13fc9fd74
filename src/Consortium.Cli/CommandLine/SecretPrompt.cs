using System.Diagnostics;
using Spectre.Console;

namespace Consortium.Cli.CommandLine;

/// <summary>
/// Asks for a secret on the terminal. Echo is off from before the question until after the answer: the runtime's own reading of
/// keys turns it
/// off for each key alone, and shows what is pasted or typed in between.
/// </summary>
internal static class SecretPrompt
{
    private const string Keyboard = "/dev/tty";

    public static bool IsPossible(Terminal terminal) =>
        terminal.Screen.Profile.Capabilities.Interactive && !Console.IsInputRedirected;

    /// <summary>Asks one question after the other, with no echo in between.</summary>
    /// <returns>What was typed to each; empty when the input ended.</returns>
    public static async Task<string[]> AskAsync(Terminal terminal, string[] questions, CancellationToken cancellationToken)
    {
        string[] answers = new string[questions.Length];
        bool isWindows = OperatingSystem.IsWindows();
        if (!isWindows)
        {
            SetEcho("-echo");
        }

        try
        {
            for (int i = 0; i < questions.Length; i++)
            {
                answers[i] = isWindows
                    ? await new TextPrompt<string>($"{questions[i]}:").Secret(null).ShowAsync(terminal.Screen, cancellationToken)
                    : await AskAsync(terminal, questions[i], cancellationToken);
            }
        }
        finally
        {
            if (!isWindows)
            {
                SetEcho("echo");
            }
        }

        return answers;
    }

    private static async Task<string> AskAsync(Terminal terminal, string question, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync($"{question}: ");
        await terminal.Error.FlushAsync(cancellationToken);
        try
        {
            // Reading cannot be cancelled; at Ctrl-C the process ends with this thread still waiting.
            return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        }
        finally
        {
            await terminal.Error.WriteLineAsync();
        }
    }

    private static string ReadLine()
    {
        using var keyboard = new StreamReader(
            new FileStream(Keyboard, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0));
        return keyboard.ReadLine() ?? string.Empty;
    }

    private static void SetEcho(string echo)
    {
        // All of its streams are redirected, so that the runtime does not take the terminal back from it.
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"stty {echo} <{Keyboard}");
        using Process stty = Process.Start(start)!;
        stty.WaitForExit();
        if (stty.ExitCode != 0)
        {
            throw new CommandException(
                ExitCode.BadInput,
                "The terminal's echo cannot be turned off, so no passphrase is asked for here: name a file that holds it "
                    + "with --passphrase-file.");
        }
    }
}
