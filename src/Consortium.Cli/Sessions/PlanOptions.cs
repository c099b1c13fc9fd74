using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Workloads;

namespace Consortium.Cli.Sessions;

/// <summary>The options of <c>session start</c>, and the plan they make.</summary>
internal static class PlanOptions
{
    private const int UsualAttempts = 5;

    private static readonly AcceptanceSettings Vote = new();

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "What people call the session (default: family and time)",
    };
    private static readonly FamilyOptions Family = new();

    private static readonly Option<int> MaximumRows =
        Number("--maximum-rows", "Rows that one bank may bring at most; more take more bytes a value", 1 << 20);
    private static readonly Option<ulong?> Seed = new("--seed") { Description = "Draws rows and columns (default: a fresh one)" };

    private static readonly Option<double> Acceptance = AcceptanceOption();
    private static readonly Option<int> LeastLaundering =
        Number(
            "--least-laundering", "vote: a bank with fewer laundering payments on its validation days abstains",
            Vote.LeastLaundering);
    private static readonly Option<int> LeastVotes =
        Number("--least-votes", "vote: with fewer votes, abstentions not counted, the model is not adopted", Vote.LeastVotes);

    private static readonly Option<DateOnly?> FirstDay = new("--first-day")
    {
        Description = "The first day of payments to train on, such as 2026-01-01",
        HelpName = "DATE",
    };
    private static readonly Option<DateOnly?> LastDay = new("--last-day")
    {
        Description = "The last day, which must be over",
        HelpName = "DATE",
    };

    private static readonly Option<string[]> Participants = new("--participant")
    {
        Description = "A bank that takes part, once for each (default: all)",
        HelpName = "BANK",
    };
    private static readonly Option<bool> Changing = new("--changing-cohort")
    {
        Description =
            "Close a round with whoever came by its deadline; read what that tells others in "
                + "src/Consortium.Protocol/README.md first",
    };
    private static readonly Option<int?> MinimumCohort = new("--minimum-cohort")
    {
        Description = "Fewer banks are never summed (default: the consortium's minimum)",
    };
    private static readonly Option<int?> Attempts = new("--attempts")
    {
        Description = $"Attempts at one round before the session stands still (default: {UsualAttempts})",
    };
    private static readonly Option<int?> UpdateSeconds = new("--update-seconds")
    {
        Description = "How long banks have for an update (default: the consortium's deadline)",
    };
    private static readonly Option<int?> Rounds = new("--rounds")
    {
        Description = "Most rounds (default: as many as the model can take)",
    };

    private static readonly Option<string> View = ViewOption();

    public static IEnumerable<Symbol> All =>
    [
        Name, FirstDay, LastDay, Participants, Changing, MinimumCohort, Rounds, Attempts, UpdateSeconds, .. Family.All,
        MaximumRows, Seed, View, .. NoiseOptions.All,
        Acceptance, LeastLaundering, LeastVotes,
    ];

    /// <exception cref="CommandException">The settings cannot work.</exception>
    public static SessionPlan Read(ParseResult parsed, ConsortiumConfiguration configuration, DateTimeOffset now)
    {
        TrainingPlan training = Training(parsed, configuration);
        RequireRange(parsed, Rounds, 1, RoundNumber.Maximum);
        RequireRange(parsed, MinimumCohort, configuration.MinimumCohort, configuration.Participants.Length);
        RequireRange(parsed, UpdateSeconds, 1, configuration.Deadlines.UpdateSeconds);
        RequireRange(parsed, Attempts, 1, AttemptNumber.Maximum);
        return new SessionPlan
        {
            Consortium = configuration.Digest,
            Name = parsed.GetValue(Name) ?? $"{training.Settings.Family.Name} {now:yyyy-MM-dd HH:mm:ss}",
            Workload = TrainingWorkload.WorkloadName,
            Parameters = training.ToBytes(),
            InitialState = TrainingWorkload.InitialState(training),
            Rounds = parsed.GetValue(Rounds) ?? training.MostRounds,
            Participants = Banks(parsed, configuration),
            Cohort = parsed.GetValue(Changing) ? CohortRule.Changing : CohortRule.Fixed,
            MinimumCohort = parsed.GetValue(MinimumCohort) ?? configuration.MinimumCohort,
            MaximumAttempts = parsed.GetValue(Attempts) ?? UsualAttempts,
            MaximumValues = training.LargestRequest,
            UpdateSeconds = parsed.GetValue(UpdateSeconds) ?? configuration.Deadlines.UpdateSeconds,
            Window = Window(parsed),
            Noise = training.Loss is { } loss ? new NoiseTerms(loss, training.Noise!.Unit) : null,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
    }

    private static Option<string> ViewOption()
    {
        var option = new Option<string>("--view")
        {
            Description = "What the model looks at: now, the past when a payment comes; or late, what its bank saw in the 24 "
                + "hours after it, too. A bank scores payments with the newest model of each view",
            DefaultValueFactory = _ => FeatureView.Now.Name,
        };
        option.AcceptOnlyFromAmong([.. FeatureView.All.Select(view => view.Name)]);
        return option;
    }

    /// <summary>The option that turns the vote off, too: for a session's plan and for the demonstration's.</summary>
    internal static Option<double> AcceptanceOption() => Number(
        "--acceptance",
        "vote: a bank accepts a model that reaches this part of its own model's average precision on its validation days; 0 "
            + "adopts without a vote",
        Vote.Fraction);

    /// <summary>What <see cref="AcceptanceOption"/> asks for; null for no vote.</summary>
    internal static AcceptanceSettings? AcceptanceOf(double fraction) => fraction == 0 ? null : Vote with { Fraction = fraction };

    private static void RequireRange(ParseResult parsed, Option<int?> option, int least, int most)
    {
        if (parsed.GetValue(option) is int value && (value < least || value > most))
        {
            throw new CommandException(ExitCode.BadInput, $"{option.Name} takes {least} to {most} here, not {value}.");
        }
    }

    /// <summary>The settings, and the noise if there is some: the fewer rounds, the less noise each needs.</summary>
    private static (FamilySettings Settings, NoisePlan? Noise) Settings(
        ParseResult parsed, ConsortiumConfiguration configuration)
    {
        if (!NoiseOptions.IsGiven(parsed))
        {
            return (Family.Read(parsed), null);
        }

        FamilySettings start = Family.Chosen(parsed).NoiseDefaults ?? throw new CommandException(
            ExitCode.BadInput, $"The family '{Family.Chosen(parsed).Name}' has no learner made for noise.");
        int rounds = Family.Read(parsed, start).MostRounds;
        int banks = parsed.GetValue(MinimumCohort) ?? configuration.MinimumCohort;
        NoisePlan noise = NoiseOptions.Read(parsed, configuration, banks, rounds);
        return (Family.Read(parsed, start.Steadied(noise)), noise);
    }

    private static TrainingPlan Training(ParseResult parsed, ConsortiumConfiguration configuration)
    {
        try
        {
            (FamilySettings settings, NoisePlan? noise) = Settings(parsed, configuration);
            ulong seed = parsed.GetValue(Seed) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            AcceptanceSettings? vote = AcceptanceOf(parsed.GetValue(Acceptance)) is { } usual
                ? usual with { LeastLaundering = parsed.GetValue(LeastLaundering), LeastVotes = parsed.GetValue(LeastVotes) }
                : null;
            FeatureView view = FeatureView.All.Single(known => known.Name == parsed.GetValue(View));
            return new TrainingPlan(view.Schema, settings, parsed.GetValue(MaximumRows), seed, vote, noise);
        }
        catch (ArgumentException impossible)
        {
            throw new CommandException(ExitCode.BadInput, impossible.Message, impossible);
        }
    }

    private static DataWindow Window(ParseResult parsed)
    {
        if (parsed.GetValue(FirstDay) is not { } first || parsed.GetValue(LastDay) is not { } last)
        {
            throw new CommandException(
                ExitCode.BadInput,
                "A plan names the days of payments to train on, for later sessions are held against them. Give both, such as "
                    + "--first-day 2026-01-01 --last-day 2026-03-31; whole months are the easiest to go on from.");
        }

        return DataWindow.IsValid(first, last)
            ? new DataWindow(first, last)
            : throw new CommandException(
                ExitCode.BadInput,
                $"--first-day {first:yyyy-MM-dd} to --last-day {last:yyyy-MM-dd} is no window: use days of 1900 to 2199, the "
                    + "first before the last.");
    }

    private static ImmutableArray<PartyId> Banks(ParseResult parsed, ConsortiumConfiguration configuration)
    {
        if (parsed.GetValue(Participants) is not { Length: > 0 } named)
        {
            return [.. configuration.Participants.Select(member => member.Id)];
        }

        string[] all = [.. configuration.Participants.Select(member => member.Id.Name)];
        return named.Except(all).FirstOrDefault() is { } stranger
            ? throw new CommandException(
                ExitCode.BadInput, $"'{stranger}' is no participant of this consortium; it has {string.Join(", ", all)}.")
            : [.. named.Distinct().Select(name => new PartyId(name)).Order()];
    }

    private static Option<T> Number<T>(string name, string description, T usual)
        where T : struct => new(name) { Description = description, DefaultValueFactory = _ => usual };
}
