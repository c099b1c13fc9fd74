using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Consortium.Cli.CommandLine;

/// <summary>
/// Where a command speaks: results on standard output, everything else (progress, notes, problems) on standard error, so that a
/// result
/// can be piped. Colours and live progress only where a person looks.
/// </summary>
internal sealed class Terminal
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for terminals and files, never inside HTML
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public Terminal(TextWriter output, TextWriter error, TextReader input)
    {
        Out = output;
        Error = error;
        In = input;
        Page = ConsoleOver(output, isTerminal: output == Console.Out && !Console.IsOutputRedirected);
        Screen = ConsoleOver(error, isTerminal: error == Console.Error && !Console.IsErrorRedirected);
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public TextReader In { get; }

    /// <summary>Standard output with tables and colours.</summary>
    public IAnsiConsole Page { get; }

    /// <summary>Standard error with progress and colours.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>A remark beside the result. Plain text: brackets are no markup.</summary>
    public void Note(string text) => Error.WriteLine(text);

    /// <summary>
    /// Prints a result: as one JSON object with <c>--json</c>, else as <paramref name="write"/> does for people.
    /// </summary>
    public void WriteResult<T>(ParseResult parsed, T result, Action<T> write)
    {
        if (parsed.GetValue(CommonOptions.Json))
        {
            WriteJson(result);
        }
        else
        {
            write(result);
        }
    }

    /// <summary>Prints a result as one JSON object.</summary>
    public void WriteJson<T>(T result) => Out.WriteLine(JsonSerializer.Serialize(result, Json));

    private static IAnsiConsole ConsoleOver(TextWriter writer, bool isTerminal)
    {
        bool colours = isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment
            .GetEnvironmentVariable("TERM") != "dumb";
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = colours ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
        {
            console.Profile.Width = 160; // a pipe has no width: tables should not be folded for one
        }

        return console;
    }
}
