using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Consortium.Cli.CommandLine;

/// <summary>The usual help, then lines to copy.</summary>
internal sealed class HelpWithExamples(HelpAction usual, ImmutableArray<string> examplesOfAll) : SynchronousCommandLineAction
{
    public const string Program = "consortium";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        ImmutableArray<string> examples = command is Verb verb ? verb.Examples : command is RootCommand ? examplesOfAll : [];
        if (!examples.IsEmpty)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (string example in examples)
            {
                output.WriteLine($"  {Program} {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}
