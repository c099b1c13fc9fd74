using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary>The options of <c>session start</c>, and the plan they make.</summary>
internal static class PlanOptions
{
    private const int UsualAttempts = 5;

    private static readonly BoostingSettings Boosting = new();
    private static readonly LogisticSettings Logistic = new();
    private static readonly AcceptanceSettings Vote = new();

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "What people call the session (default: family and time)",
    };
    private static readonly Option<string> Family = FamilyOption();

    private static readonly Option<int> Trees = Number("--trees", "boosting: most trees to grow", Boosting.Trees);
    private static readonly Option<int> Leaves = Number("--leaves", "boosting: leaves of a tree at most", Boosting.Leaves);
    private static readonly Option<int> Splits =
        Number(
            "--splits-per-round", "boosting: leaves that one round splits at most; more take fewer rounds and more bytes each",
            Boosting.SplitsPerRound);
    private static readonly Option<int> Bins = Number("--bins", "boosting: bins a feature at most, 2 to 255", Boosting.Bins);
    private static readonly Option<double> Rate =
        Number("--learning-rate", "boosting: what part of its Newton step each leaf takes", Boosting.LearningRate);
    private static readonly Option<double> ChildWeight =
        Number(
            "--minimum-child-weight", "boosting: summed second derivatives that a child must have", Boosting.MinimumChildWeight);
    private static readonly Option<double> RowFraction =
        Number("--row-fraction", "boosting: part of the rows that each tree is grown on", Boosting.RowFraction);
    private static readonly Option<double> ColumnFraction =
        Number("--column-fraction", "boosting: part of the features that each tree may split on", Boosting.ColumnFraction);
    private static readonly Option<int> Patience =
        Number(
            "--patience", "boosting: stop after this many trees without a better validation measure; 0 never stops",
            Boosting.Patience);
    private static readonly Option<string> Edges = EdgesOption();
    private static readonly Option<double> BaseRate =
        Number("--base-rate", "boosting: the share of payments that launders, roughly; trees correct it", Boosting.BaseRate);
    private static readonly Option<int> Steps = Number("--steps", "logistic: Newton steps at most", Logistic.Steps);
    private static readonly Option<double> Tolerance =
        Number("--tolerance", "logistic: converged when no weight moves further than this", Logistic.Tolerance);
    private static readonly Option<double?> L2 = new("--l2")
    {
        Description = $"Regularisation (default: {Boosting.L2:0} boosting, {Logistic.L2:0} logistic)",
    };
    private static readonly Option<double> PositiveWeight =
        Number("--positive-weight", "How many legitimate rows one laundering row counts for", Boosting.PositiveWeight);
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

    public static IEnumerable<Symbol> All =>
    [
        Name, Family, Participants, Changing, MinimumCohort, Rounds, Attempts, UpdateSeconds,
        Trees, Leaves, Splits, Bins, Rate, ChildWeight, RowFraction, ColumnFraction, Patience, Edges, BaseRate, Steps, Tolerance,
        L2, PositiveWeight, MaximumRows, Seed,
        Acceptance, LeastLaundering, LeastVotes,
    ];

    /// <exception cref="CommandException">The settings cannot work.</exception>
    public static SessionPlan Read(ParseResult parsed, ConsortiumConfiguration configuration, DateTimeOffset now)
    {
        TrainingPlan training = Training(parsed);
        string family = LearningPlan.FamilyOf(training);
        RequireRange(parsed, Rounds, 1, RoundNumber.Maximum);
        RequireRange(parsed, MinimumCohort, configuration.MinimumCohort, configuration.Participants.Length);
        RequireRange(parsed, UpdateSeconds, 1, configuration.Deadlines.UpdateSeconds);
        RequireRange(parsed, Attempts, 1, AttemptNumber.Maximum);
        return new SessionPlan
        {
            Consortium = configuration.Digest,
            Name = parsed.GetValue(Name) ?? $"{family} {now:yyyy-MM-dd HH:mm:ss}",
            Family = family,
            Model = training.ToBytes(),
            InitialState = LearningPlan.InitialState(training),
            Rounds = parsed.GetValue(Rounds) ?? LearningPlan.MostRounds(training),
            Participants = Banks(parsed, configuration),
            Cohort = parsed.GetValue(Changing) ? CohortRule.Changing : CohortRule.Fixed,
            MinimumCohort = parsed.GetValue(MinimumCohort) ?? configuration.MinimumCohort,
            MaximumAttempts = parsed.GetValue(Attempts) ?? UsualAttempts,
            MaximumValues = training.LargestRequest,
            UpdateSeconds = parsed.GetValue(UpdateSeconds) ?? configuration.Deadlines.UpdateSeconds,
            CreatedAt = now.ToUnixTimeMilliseconds(),
        };
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

    private static TrainingPlan Training(ParseResult parsed)
    {
        FamilySettings settings = parsed.GetValue(Family) == LearningPlan.Logistic
            ? new LogisticSettings
            {
                Steps = parsed.GetValue(Steps),
                Tolerance = parsed.GetValue(Tolerance),
                L2 = parsed.GetValue(L2) ?? Logistic.L2,
                PositiveWeight = parsed.GetValue(PositiveWeight),
            }
            : new BoostingSettings
            {
                Trees = parsed.GetValue(Trees),
                Leaves = parsed.GetValue(Leaves),
                SplitsPerRound = parsed.GetValue(Splits),
                Bins = parsed.GetValue(Bins),
                LearningRate = parsed.GetValue(Rate),
                L2 = parsed.GetValue(L2) ?? Boosting.L2,
                MinimumChildWeight = parsed.GetValue(ChildWeight),
                PositiveWeight = parsed.GetValue(PositiveWeight),
                RowFraction = parsed.GetValue(RowFraction),
                ColumnFraction = parsed.GetValue(ColumnFraction),
                Patience = parsed.GetValue(Patience),
                Edges = Enum.Parse<BinEdgeSource>(parsed.GetRequiredValue(Edges), ignoreCase: true),
                BaseRate = parsed.GetValue(BaseRate),
            };
        try
        {
            ulong seed = parsed.GetValue(Seed) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            AcceptanceSettings? vote = AcceptanceOf(parsed.GetValue(Acceptance)) is { } usual
                ? usual with { LeastLaundering = parsed.GetValue(LeastLaundering), LeastVotes = parsed.GetValue(LeastVotes) }
                : null;
            return new TrainingPlan(FeatureExtractor.Schema, settings, parsed.GetValue(MaximumRows), seed, vote);
        }
        catch (ArgumentException impossible)
        {
            throw new CommandException(ExitCode.BadInput, impossible.Message, impossible);
        }
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

    private static Option<string> FamilyOption()
    {
        var option = new Option<string>("--family")
        {
            Description = "What to train",
            DefaultValueFactory = _ => LearningPlan.Boosting,
        };
        option.AcceptOnlyFromAmong(LearningPlan.Boosting, LearningPlan.Logistic);
        return option;
    }

    private static Option<string> EdgesOption()
    {
        var option = new Option<string>("--edges")
        {
            Description =
                "boosting: bin edges by rule, or sketched from summed counts of payments, which banks reject unless their "
                    + "policy allows it",
            DefaultValueFactory = _ => "public",
        };
        option.AcceptOnlyFromAmong("public", "sketched");
        return option;
    }

    private static Option<T> Number<T>(string name, string description, T usual)
        where T : struct => new(name) { Description = description, DefaultValueFactory = _ => usual };
}
