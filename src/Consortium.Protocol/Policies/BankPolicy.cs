using System.Collections.Immutable;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using FluentValidation;

namespace Consortium.Protocol.Policies;

/// <summary>
/// One bank's own rules on sessions it takes part in, from its <c>bank-policy.json</c>. A plan that breaks one is rejected
/// whatever the others do.
/// </summary>
public sealed record BankPolicy
{
    [System.Text.Json.Serialization.JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>
    /// Model families this bank trains. Which one a plan trains is in its parameters, which the workload reads.
    /// </summary>
    public ImmutableArray<string> Families { get; init; } = [];

    public int? MaximumRounds { get; init; }

    /// <summary>The longest vector this bank computes in a round.</summary>
    public int? MaximumValues { get; init; }

    /// <summary>The fewest banks this bank hides among.</summary>
    public int? MinimumCohort { get; init; }

    /// <summary>Whether cohorts may change between rounds, which lets others estimate what one bank adds.</summary>
    public bool? AllowChangingCohort { get; init; }

    /// <summary>
    /// Limits on what a plan trains. Null in files that name none: the defaults hold, see <see cref="HeldFloors"/>.
    /// </summary>
    public PolicyFloors? Floors { get; init; }

    /// <summary>The floors that hold at this bank.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public PolicyFloors HeldFloors => Floors ?? PolicyFloors.Default;

    /// <exception cref="InvalidConfigurationException">Not JSON, not of this shape, or unusable.</exception>
    public static BankPolicy Parse(ReadOnlySpan<byte> json)
    {
        BankPolicy policy = JsonFile.Parse<BankPolicy>("bank-policy.json", json);
        JsonFile.Validate("bank-policy.json", new Validator(), policy);
        return policy;
    }

    public byte[] ToJson() => JsonFile.Write(this);

    /// <returns>Every reason to reject the plan, by its field; empty when this bank takes part.</returns>
    public IReadOnlyList<Problem> Rejections(SessionPlan plan)
    {
        var problems = new List<Problem>();
        if (plan.Rounds > MaximumRounds)
        {
            problems.Add(new Problem("rounds", $"This bank takes part in at most {MaximumRounds} rounds, not {plan.Rounds}."));
        }

        if (plan.MaximumValues > MaximumValues)
        {
            problems.Add(
                new Problem(
                    "maximumValues", $"This bank sends at most {MaximumValues} values in a round, not {plan.MaximumValues}."));
        }

        if (plan.MinimumCohort < MinimumCohort)
        {
            problems.Add(
                new Problem(
                    "minimumCohort", $"This bank wants at least {MinimumCohort} banks in every sum, not {plan.MinimumCohort}."));
        }

        if (plan.Cohort == CohortRule.Changing && AllowChangingCohort != true)
        {
            problems.Add(new Problem("cohort", "This bank takes part in sessions of fixed cohort only."));
        }

        return problems;
    }

    private sealed class Validator : AbstractValidator<BankPolicy>
    {
        public Validator()
        {
            RuleFor(policy => policy.Families.Length)
                .GreaterThan(0)
                .WithMessage("List the model families this bank trains, such as \"boosting\".");
            RuleFor(policy => policy.MaximumRounds).Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("Give the most rounds of a session this bank takes part in.")
                .InclusiveBetween(1, RoundNumber.Maximum).WithMessage($"Use 1 to {RoundNumber.Maximum}, not {{PropertyValue}}.");
            RuleFor(policy => policy.MaximumValues).Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("Give the most values this bank sends in a round.")
                .GreaterThan(0).WithMessage("Use 1 or more, not {PropertyValue}.");
            RuleFor(policy => policy.MinimumCohort).Cascade(CascadeMode.Stop)
                .NotNull().WithMessage("Give the fewest banks whose updates this bank's may be summed with, itself among them.")
                .GreaterThanOrEqualTo(3)
                .WithMessage("Use 3 or more, not {PropertyValue}: in a sum of two, the other bank reads this one's update.");
            RuleFor(policy => policy.AllowChangingCohort).NotNull()
                .WithMessage(
                    "Say true or false: may banks come and go between rounds? False unless you have read what that lets others "
                        + "infer.");
            RuleFor(policy => policy.Floors)
                .SetValidator(new PolicyFloors.Validator()!)
                .When(policy => policy.Floors is not null);
        }
    }
}
