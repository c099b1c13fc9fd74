using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Models;

/// <summary>The noun <c>model</c>, and <c>score</c>, which is what models are for.</summary>
internal static class ModelCommands
{
    public static Command Model(Terminal terminal) =>
        new("model", "A bank's models: look at them, judge them, take them elsewhere, go back to one")
    {
        ModelReading.CreateList(terminal),
        ModelReading.CreateShow(terminal),
        EvaluateCommand.Create(terminal),
        ModelExport.Create(terminal),
        RollbackCommand.Create(terminal),
    };

    public static Command Score(Terminal terminal) => ScoreCommand.Create(terminal);
}
