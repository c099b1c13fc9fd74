using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Models;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Sessions;

/// <summary>The options of a plan whose sums carry noise.</summary>
internal static class NoiseOptions
{
    private static readonly Option<double?> Epsilon = new("--epsilon")
    {
        Description = "Noise: what the session may tell in all about any one unit, with the delta of consortium.json's "
            + "\"privacyBudget\" (default: no noise)",
        HelpName = "NUMBER",
    };

    private static readonly Option<string> Unit = UnitOption();

    private static readonly Option<int?> AccountCap = new("--account-cap")
    {
        Description = "Noise for accounts: payments of one account that a bank trains on at most; the noise grows with it",
        HelpName = "N",
    };

    private static readonly Option<int> SilentBanks = new("--silent-banks")
    {
        Description = "Noise: banks that may add none, or know theirs, without harm to the guarantee",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    public static IEnumerable<Symbol> All => [Epsilon, Unit, AccountCap, SilentBanks];

    public static bool IsGiven(ParseResult parsed) => parsed.GetValue(Epsilon) is not null;

    /// <summary>The noise with which a number of rounds tell what the options allow.</summary>
    /// <exception cref="CommandException">The options cannot work.</exception>
    public static NoisePlan Read(ParseResult parsed, ConsortiumConfiguration configuration, int leastBanks, int rounds)
    {
        double epsilon = parsed.GetValue(Epsilon)!.Value;
        PrivacyBudget budget = configuration.Budget ?? throw new CommandException(
            ExitCode.BadInput,
            "--epsilon needs a \"privacyBudget\" in consortium.json: key holders have nothing to hold the plan against.");
        if (!(epsilon > 0 && epsilon <= PrivacyBudget.LargestEpsilon))
        {
            throw new CommandException(
                ExitCode.BadInput,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--epsilon takes a number above 0 and at most {PrivacyBudget.LargestEpsilon}, not {epsilon}."));
        }

        var unit = Enum.Parse<PrivacyUnit>(parsed.GetRequiredValue(Unit), ignoreCase: true);
        int? cap = parsed.GetValue(AccountCap);
        if (unit == PrivacyUnit.Account && cap is null)
        {
            throw new CommandException(
                ExitCode.BadInput,
                "--unit account needs --account-cap, such as 2: without one, an account may move a sum by any distance.");
        }

        return new NoisePlan
        {
            Multiplier = NoisePlan.MultiplierFor((budget with { Epsilon = epsilon }).Loss, rounds),
            Unit = unit,
            AccountCap = cap ?? 0,
            LeastBanks = leastBanks,
            SilentBanks = parsed.GetValue(SilentBanks),
        };
    }

    private static Option<string> UnitOption()
    {
        var option = new Option<string>("--unit")
        {
            Description = "Noise: whose presence it hides, one payment's or one account's",
            DefaultValueFactory = _ => "payment",
        };
        option.AcceptOnlyFromAmong("payment", "account");
        return option;
    }
}
