using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Sessions;

/// <summary>The nouns of the operator: <c>session</c> and <c>round</c>.</summary>
internal static class SessionCommands
{
    public static Command Session(Terminal terminal) => new("session", "Training sessions: start them, watch them, end them")
    {
        SessionStart.Create(terminal),
        SessionWatch.Create(terminal),
        SessionReading.CreateList(terminal),
        SessionReading.CreateShow(terminal),
        SessionControls.CreatePause(terminal),
        SessionControls.CreateResume(terminal),
        SessionControls.CreateAbort(terminal),
    };

    public static Command Round(Terminal terminal) =>
        new("round", "Rounds of a session: who took part, who approved, who released")
    {
        RoundReading.CreateList(terminal),
        RoundReading.CreateShow(terminal),
    };
}
