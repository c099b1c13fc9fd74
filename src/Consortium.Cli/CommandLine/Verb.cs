using System.Collections.Immutable;
using System.CommandLine;

namespace Consortium.Cli.CommandLine;

/// <summary>A command that does something, with lines to copy in its help.</summary>
internal sealed class Verb : Command
{
    private Verb(string name, string description, ImmutableArray<string> examples)
        : base(name, description) => Examples = examples;

    /// <summary>Arguments after the program's name, as one would type them.</summary>
    public ImmutableArray<string> Examples { get; }

    /// <summary>Makes a command.</summary>
    /// <param name="symbols">Its arguments and options, in the order help lists them.</param>
    /// <param name="run">Does the work. May throw: <see cref="Application"/> turns that into a line and an exit code.</param>
    public static Verb Create(
        string name, string description, ImmutableArray<string> examples, IEnumerable<Symbol> symbols, Func<ParseResult,
        CancellationToken, Task<ExitCode>> run)
    {
        var verb = new Verb(name, description, examples);
        foreach (Symbol symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    verb.Arguments.Add(argument);
                    break;
                case Option option:
                    verb.Options.Add(option);
                    break;
                default:
                    throw new ArgumentException(
                        $"A verb has arguments and options, not a {symbol.GetType().Name}.", nameof(symbols));
            }
        }

        verb.SetAction(async (parsed, cancellationToken) =>
        {
            // The parser's library handles Ctrl-C and SIGTERM once the action has returned its task: before, a signal would kill
            // the process with nothing cleaned up.
            await Task.Yield();
            return (int)await run(parsed, cancellationToken);
        });
        return verb;
    }
}
