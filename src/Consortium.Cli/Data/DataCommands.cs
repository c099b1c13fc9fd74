using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Data;

/// <summary>The noun <c>data</c>: a bank's payment files, before and while its daemon reads them.</summary>
internal static class DataCommands
{
    public static Command Create(Terminal terminal) =>
        new("data", "A bank's payment files: what a reader makes of them, and what the daemon did with them")
    {
        InspectCommand.Create(terminal, TimeProvider.System),
        MapCommand.Create(terminal),
        SpoolCommands.CreateList(terminal),
        SpoolCommands.CreateRetry(terminal),
        SpoolCommands.CreateAccept(terminal),
    };
}
