using Consortium.Protocol.Configuration;

namespace Consortium.Cli.Checkup;

/// <summary>A bank's own rules: readable, and such that it can ever take part.</summary>
internal static class PolicyCheckup
{
    private const string Area = "policy";

    public static IReadOnlyList<Finding> Examine(Subject subject)
    {
        string file = subject.Party.PolicyFile;
        if (!File.Exists(file))
        {
            return [Finding.Wrong(subject.Name, Area, $"{file} is not there.", "Write one: consortium-config/bank-policy.json is an example.")];
        }

        try
        {
            BankPolicy policy = BankPolicy.Parse(File.ReadAllBytes(file));
            int banks = subject.Configuration?.Participants.Length ?? int.MaxValue;
            return
            [
                policy.MinimumCohort > banks
                    ? Finding.Wrong(subject.Name, Area, $"{file} wants {policy.MinimumCohort} banks in every sum, and there are {banks}: this bank rejects every session.", $"Set minimumCohort to {banks} or less.")
                    : Finding.Good(subject.Name, Area, $"{file}: {string.Join(" and ", policy.Families)}, {policy.MinimumCohort} banks or more in every sum, {(policy.AllowChangingCohort == true ? "changing" : "fixed")} cohort."),
            ];
        }
        catch (InvalidConfigurationException exception)
        {
            return [.. exception.Problems.Select(problem => Finding.Wrong(subject.Name, Area, $"{file}, {problem.Path}", problem.Fix))];
        }
    }
}
