using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>What came of the banks' vote on a finished model.</summary>
/// <param name="IsAdopted">Enough banks voted, and more than half of their votes accept it.</param>
/// <param name="IsValid">
/// The sum can be that of one vote from each bank. If not, some bank sent something else: the counts are 0, and nothing is
/// adopted.
/// </param>
public sealed record AcceptanceTally(bool IsAdopted, bool IsValid, int Accepting, int Rejecting, int Abstaining)
{
    private static AcceptanceTally Invalid { get; } = new(false, false, 0, 0, 0);

    /// <summary>Counts a sum of ballots: see <see cref="AcceptanceState"/>.</summary>
    internal static AcceptanceTally Of(ReadOnlySpan<long> sum, int cohort, AcceptanceSettings settings)
    {
        if (sum.ContainsAnyExceptInRange(0, cohort))
        {
            return Invalid;
        }

        int accepting = Count(sum, Ballot.Accept);
        int rejecting = Count(sum, Ballot.Reject);
        int abstaining = Count(sum, Ballot.Abstain);
        if (accepting + rejecting + abstaining != cohort)
        {
            return Invalid;
        }

        int votes = accepting + rejecting;
        return new AcceptanceTally(votes >= settings.LeastVotes && 2 * accepting > votes, true, accepting, rejecting, abstaining);
    }

    internal static AcceptanceTally Read(ref CanonicalReader reader)
    {
        bool isAdopted = reader.Bool();
        bool isValid = reader.Bool();
        int accepting = reader.Int32(0, TrainingState.LargestCohort, "a number of votes");
        int rejecting = reader.Int32(0, TrainingState.LargestCohort, "a number of votes");
        int abstaining = reader.Int32(0, TrainingState.LargestCohort, "a number of votes");
        var tally = new AcceptanceTally(isAdopted, isValid, accepting, rejecting, abstaining);
        reader.Require(
            isValid || tally == Invalid, "no counts of votes that can't be counted", accepting + rejecting + abstaining);
        reader.Require(!isAdopted || accepting > rejecting, "more votes for an adopted model than against it", accepting);
        return tally;
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Bool(IsAdopted);
        writer.Bool(IsValid);
        writer.Int32(Accepting);
        writer.Int32(Rejecting);
        writer.Int32(Abstaining);
    }

    /// <summary>
    /// At most <see cref="AcceptanceState.Slots"/> times <see cref="TrainingState.LargestCohort"/>, which fits.
    /// </summary>
    private static int Count(ReadOnlySpan<long> sum, Ballot ballot)
    {
        int count = 0;
        foreach (long votes in sum.Slice((int)ballot * AcceptanceState.Slots, AcceptanceState.Slots))
        {
            count += (int)votes;
        }

        return count;
    }
}
