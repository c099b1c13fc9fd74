using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>What came of the banks' vote on a finished model.</summary>
/// <param name="IsAdopted">Enough banks voted, and more than half of their votes accept it.</param>
public sealed record AcceptanceTally(bool IsAdopted, int Accepting, int Rejecting, int Abstaining)
{
    /// <summary>Counts a sum of ballots: see <see cref="AcceptanceState"/>.</summary>
    /// <exception cref="ArgumentException">It is no sum of as many ballots.</exception>
    internal static AcceptanceTally Of(ReadOnlySpan<long> sum, int cohort, AcceptanceSettings settings)
    {
        (long accepting, long rejecting, long abstaining) =
            (sum[(int)Ballot.Accept], sum[(int)Ballot.Reject], sum[(int)Ballot.Abstain]);
        if (sum.ContainsAnyExceptInRange(0, cohort) || accepting + rejecting + abstaining != cohort)
        {
            throw new ArgumentException(
                $"{accepting}, {rejecting} and {abstaining} are no count of {cohort} ballots.", nameof(sum));
        }

        long votes = accepting + rejecting;
        return new AcceptanceTally(
            votes >= settings.LeastVotes && 2 * accepting > votes, (int)accepting, (int)rejecting, (int)abstaining);
    }

    internal static AcceptanceTally Read(ref CanonicalReader reader)
    {
        bool isAdopted = reader.Bool();
        int accepting = reader.Int32(0, TrainingState.LargestCohort, "a number of votes");
        int rejecting = reader.Int32(0, TrainingState.LargestCohort, "a number of votes");
        int abstaining = reader.Int32(0, TrainingState.LargestCohort, "a number of votes");
        reader.Require(!isAdopted || accepting > rejecting, "more votes for an adopted model than against it", accepting);
        return new AcceptanceTally(isAdopted, accepting, rejecting, abstaining);
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Bool(IsAdopted);
        writer.Int32(Accepting);
        writer.Int32(Rejecting);
        writer.Int32(Abstaining);
    }
}
