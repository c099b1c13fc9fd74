using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Privacy;

/// <summary><c>privacy</c>: what noisy sums cost beforehand, and what was told so far.</summary>
internal static class PrivacyCommands
{
    public static Command Create(Terminal terminal) =>
        new("privacy", "Noise: what a plan costs, what is left of the budget, and the page for a data protection officer")
        {
            PlanCommand.Create(terminal),
            ReportCommand.Create(terminal),
        };
}
