using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Simulation;

namespace Consortium.Cli.Simulation;

/// <summary>
/// What made-up payments assume about launderers and honest people; <c>--world</c> names a set of assumptions, and each other
/// option changes one of them.
/// </summary>
internal static class WorldOptions
{
    private static readonly Option<string> World = WorldOption();

    private static readonly Option<double?> Structures = new("--honest-structures")
    {
        Description = "Honest structures of laundering's shapes for each laundering attempt, 0 to 100 (default: the world's)",
        HelpName = "NUMBER",
    };

    private static readonly Option<double?> Recurring = new("--recurring")
    {
        Description =
            "Share of honest structures that recur every 30 days; the others are made once, of first payments (default: the "
                + "world's)",
        HelpName = "SHARE",
    };

    private static readonly Option<double?> Reuse = new("--reuse")
    {
        Description =
            "Chance that a member of an attempt is one of the few who launder again and again, such as 0, 0.3 or 0.65 "
                + "(default: the world's)",
        HelpName = "SHARE",
    };

    private static readonly Option<double?> Missed = new("--missed-labels")
    {
        Description = "Mean share of laundering that its bank has labelled legitimate (default: 0.1)",
        HelpName = "SHARE",
    };

    private static readonly Option<string> MissedBy = MissedByOption();

    public static IEnumerable<Symbol> All => [World, Structures, Recurring, Reuse, Missed, MissedBy];

    /// <summary>The plan with what the options say.</summary>
    /// <exception cref="CommandException">A value is out of range.</exception>
    public static SimulationPlan Apply(ParseResult parsed, SimulationPlan plan)
    {
        plan = plan.In(SimulationWorlds.Parse(parsed.GetRequiredValue(World)));
        plan = plan with
        {
            HonestStructures = parsed.GetValue(Structures) ?? plan.HonestStructures,
            RecurringShare = parsed.GetValue(Recurring) ?? plan.RecurringShare,
            ReuseShare = parsed.GetValue(Reuse) ?? plan.ReuseShare,
            MissedLabelShare = parsed.GetValue(Missed) ?? plan.MissedLabelShare,
            MissedLabels = Enum.Parse<MissedLabels>(parsed.GetRequiredValue(MissedBy), ignoreCase: true),
        };
        try
        {
            plan.Validate();
            return plan;
        }
        catch (ArgumentException fault)
        {
            throw new CommandException(ExitCode.BadInput, fault.Message.Split(" (Parameter", 2)[0]);
        }
    }

    private static Option<string> WorldOption()
    {
        var option = new Option<string>("--world")
        {
            Description = "What is assumed where nobody knows",
            DefaultValueFactory = _ => SimulationWorlds.Names[0],
        };
        option.AcceptOnlyFromAmong([.. SimulationWorlds.Names]);
        return option;
    }

    private static Option<string> MissedByOption()
    {
        string[] names = [.. Enum.GetNames<MissedLabels>().Select(name => name.ToLowerInvariant())];
        var option = new Option<string>("--missed-by")
        {
            Description = "What a bank misses at once",
            DefaultValueFactory = _ => names[0],
        };
        option.AcceptOnlyFromAmong(names);
        return option;
    }
}
