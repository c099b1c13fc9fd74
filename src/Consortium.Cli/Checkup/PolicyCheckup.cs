using System.Globalization;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Policies;

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
            return
            [
                Finding.Wrong(
                    subject.Name, Area, $"{file} is not there.", "Write one: consortium-config/bank-policy.json is an example."),
            ];
        }

        try
        {
            BankPolicy policy = BankPolicy.Parse(File.ReadAllBytes(file));
            int banks = subject.Configuration?.Participants.Length ?? int.MaxValue;
            return
            [
                policy.MinimumCohort > banks
                    ? Finding.Wrong(
                        subject.Name,
                        Area,
                        $"{file} wants {policy.MinimumCohort} banks in every sum, and there are {banks}: this bank rejects "
                            + $"every session.",
                        $"Set minimumCohort to {banks} or less.")
                    : Finding.Good(
                        subject.Name,
                        Area,
                        $"{file}: {string.Join(" and ", policy.Families)}, {policy.MinimumCohort} banks or more in every "
                            + $"sum, {(policy.AllowChangingCohort == true ? "changing" : "fixed")} cohort."),
                policy.Floors is null
                    ? Finding.Good(
                        subject.Name,
                        Area,
                        $"{file} names no floors: it is from before there were any, and the defaults hold "
                            + $"({Text(policy.HeldFloors)}).")
                    : Finding.Good(subject.Name, Area, $"Floors for plans: {Text(policy.HeldFloors)}."),
            ];
        }
        catch (InvalidConfigurationException exception)
        {
            return
            [
                .. exception.Problems.Select(
                    problem => Finding.Wrong(subject.Name, Area, $"{file}, {problem.Path}", problem.Fix)),
            ];
        }
    }

    private static string Text(PolicyFloors floors)
    {
        string vote = floors.AllowNoVote
            ? "a vote may be left out"
            : $"a vote on {Text(floors.LeastVoteFraction)} or more by {floors.LeastVotes} banks or more";
        return $"second derivative in a child {Text(floors.LeastChildHessian)} or more, L2 {Text(floors.LeastL2)} or more, "
            + $"at most {floors.MostLeaves} leaves, "
            + $"depth {floors.MostDepth}, {floors.MostBins} bins and {floors.MostTrees} trees, "
            + $"{(floors.AllowSketchedEdges ? "bin edges of any source" : "public bin edges")}, {vote}";
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
