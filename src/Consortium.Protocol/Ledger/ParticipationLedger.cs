using System.Collections.Immutable;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>
/// Which cohorts were summed over which days, for a consortium's life: what a bank or key holder holds plans and releases
/// against, so that
/// no sums of several sessions can be combined to tell fewer than three banks, or fewer days than the consortium allows.
/// Immutable. This
/// folder's README has the rules and the argument.
/// </summary>
public sealed record ParticipationLedger
{
    /// <summary>Distinct cohorts over one day beyond which plans are rejected unexamined: the examination stays short.</summary>
    public const int MostCohorts = 64;

    public ImmutableArray<LedgerEntry> Entries { get; private init; } = [];

    /// <summary>Whose ledger it is.</summary>
    public PartyId Owner => Entries is [LedgerEntry.Begun(var owner), ..] ? owner : default;

    /// <summary>The configurations that the consortium has had, in order.</summary>
    public IEnumerable<LedgerEntry.Adopted> Adopted => Entries.OfType<LedgerEntry.Adopted>();

    /// <summary>The newest configuration, or null before the first.</summary>
    public ConsortiumDigest? Configuration => Adopted.LastOrDefault()?.Configuration;

    /// <summary>What counts against new plans.</summary>
    public IEnumerable<LedgerEntry.Participated> Counted
    {
        get
        {
            HashSet<SessionId> discharged = [.. Entries.OfType<LedgerEntry.Discharged>().Select(entry => entry.Session)];
            return Entries.OfType<LedgerEntry.Participated>()
                .Where(entry => entry.Kind == ParticipationKind.Released || !discharged.Contains(entry.Session));
        }
    }

    public static ParticipationLedger Begin(PartyId owner) => new() { Entries = [new LedgerEntry.Begun(owner)] };

    public ParticipationLedger Append(LedgerEntry entry) => this with { Entries = Entries.Add(entry) };

    /// <summary>Whether an entry would add nothing to what is known.</summary>
    public bool Knows(LedgerEntry.Participated entry) => Counted.Any(known =>
        known.Session == entry.Session
            && known.Window == entry.Window
            && known.Kind >= entry.Kind
            && known.Cohort.SequenceEqual(entry.Cohort));

    /// <summary>The same ledger for others' eyes: without digests of payments.</summary>
    public ParticipationLedger ForOthers() => this with
    {
        Entries =
            [.. Entries.Select(
                entry => entry is LedgerEntry.Participated participated ? participated with { Data = null } : entry)],
    };

    /// <summary>
    /// Takes in what another party's ledger has and this one does not. What the other merely sent is taken as released: it may
    /// have been.
    /// </summary>
    /// <param name="taken">Entries taken in.</param>
    public ParticipationLedger Merge(ParticipationLedger other, out int taken)
    {
        ParticipationLedger merged = this;
        foreach (LedgerEntry.Adopted adopted in other.Adopted.Where(
            entry => merged.Adopted.All(known => known.Configuration != entry.Configuration)).ToArray())
        {
            merged = merged.Configuration is null || adopted.Before == merged.Configuration ? merged.Append(adopted) : merged;
        }

        taken = 0;
        foreach (LedgerEntry.Participated entry in other.Counted)
        {
            LedgerEntry.Participated released = entry with { Kind = ParticipationKind.Released, Data = null };
            if (!merged.Knows(released))
            {
                merged = merged.Append(released);
                taken++;
            }
        }

        return merged;
    }

    /// <summary>What to append before this party works under a configuration.</summary>
    /// <param name="problem">Why it must not, or null.</param>
    /// <returns>The entry to append; null when the configuration is the newest already, or must not be adopted.</returns>
    public LedgerEntry.Adopted? Adopt(ConsortiumConfiguration configuration, out string? problem)
    {
        LedgerEntry.Adopted[] adopted = [.. Adopted];
        problem = null;
        if (Configuration == configuration.Digest)
        {
            return null;
        }

        if (adopted.Length == 0 || (configuration.Previous is { } previous && previous == Configuration))
        {
            return new LedgerEntry.Adopted(configuration.Digest, configuration.Previous);
        }

        problem =
            adopted.Any(entry => entry.Configuration == configuration.Digest)
                ? $"Configuration {configuration.Digest} is older than {Configuration}, which this ledger has. Give the daemon "
                    + "the newest file."
            : configuration.Previous is not { } named
                ? $"The ledger is of another consortium: configuration {configuration.Digest} names none before it, and the "
                  + $"ledger has {Configuration}. "
                  + "If it is the same consortium, have the operator name that digest as \"previous\" and sign again."
            : adopted.FirstOrDefault(entry => entry.Before == named) is { } sibling
                ? $"Two configurations, {sibling.Configuration} and {configuration.Digest}, both name {named} as the one before. "
                  + "Have the operator say which holds, "
                  + "and sign one that names the newest configuration that the members worked under."
            : $"Configuration {configuration.Digest} names {named} as the one before, which is not this ledger's newest, "
              + $"{Configuration}: it is of another "
              + "consortium, or this party missed configurations. Start the daemon once with each of those in between.";
        return null;
    }

    /// <summary>Whether the sum of this cohort over these days may be released beside all that were.</summary>
    /// <param name="session">
    /// Its own entries count not: no contribution of a session repeats a quantity from round to round.
    /// </param>
    /// <param name="cohort">In order.</param>
    /// <param name="leastDays">Of the configuration: no combination may be about fewer days.</param>
    /// <param name="noise">
    /// Of the plan. A sum with noise may be a neighbour of any other, for what is left of both has that noise.
    /// </param>
    /// <returns>Why not; null when it may.</returns>
    public LedgerConflict? Check(
        SessionId session, ImmutableArray<PartyId> cohort, DataWindow window, int leastDays, NoiseTerms? noise = null)
    {
        if (window.Days < leastDays)
        {
            return new LedgerConflict([], $"A window of {window.Days} days; sums are about {leastDays} days or more.");
        }

        if (noise is not null)
        {
            return null;
        }

        LedgerEntry.Participated[] others = [.. ExactOf(session)];
        return CheckEdges(others, window, leastDays) ?? CheckCohorts(others, cohort, window);
    }

    /// <summary>Whether a plan's noise fits the budget over its days, beside all that was released of them.</summary>
    /// <param name="session">Its own entry counts not: a session is counted once, with all its rounds.</param>
    /// <returns>Why not; null when it fits.</returns>
    public LedgerConflict? CheckBudget(SessionId session, DataWindow window, NoiseTerms? noise, PrivacyBudget? budget) =>
        BudgetCheck.Check(NoisedOf(session), window, noise, budget);

    /// <summary>What noisy sums told about that day of a window about which they told most.</summary>
    public PrivacyLoss Spent(DataWindow window) => BudgetCheck.Most(
        [.. NoisedOf(session: null).Where(entry => entry.Window.Overlaps(window))], window).Spent;

    /// <summary>The nearest plans that <see cref="Check"/> allows.</summary>
    /// <param name="today">A window must be over before banks train on it.</param>
    public PlanAdvice Advise(SessionId session, ImmutableArray<PartyId> cohort, DataWindow window, int leastDays, DateOnly today)
    {
        int days = Math.Max(window.Days, leastDays);
        LedgerEntry.Participated[] others = [.. ExactOf(session)];

        // Beyond the last edge of all there is nothing to conflict with, so the first candidate that holds is found by then.
        IEnumerable<DateOnly> edges = others.SelectMany(entry => new[] { entry.Window.End, entry.Window.End.AddDays(leastDays) });
        DataWindow nearest = edges.Append(window.First).Where(first => first >= window.First).Distinct().Order()
            .Select(first => new DataWindow(first, first.AddDays(days - 1)))
            .First(candidate => Check(session, cohort, candidate, leastDays) is null);
        ImmutableArray<ImmutableArray<PartyId>> cohorts =
        [
            .. others.Where(entry => entry.Window.Overlaps(window))
                .OrderByDescending(entry => entry.Cohort.Length)
                .Select(entry => entry.Cohort)
                .DistinctBy(found => string.Join(' ', found)).Where(found => Check(session, found, window, leastDays) is null),
        ];
        ImmutableArray<PartyId> joining =
            [.. cohort.Where(bank => !others.Any(entry => entry.Window.Overlaps(window) && entry.Cohort.Contains(bank)))];
        int more = joining.IsEmpty
            ? 0
            : Enumerable.Range(1, CohortSpan.LeastBanks - 1).FirstOrDefault(
                count => Check(session, [.. cohort.Concat(Newcomers(count)).Order()], window, leastDays) is null);
        return new PlanAdvice(nearest, Math.Max(0, nearest.End.DayNumber - today.DayNumber), cohorts, joining, more);
    }

    private IEnumerable<LedgerEntry.Participated> ExactOf(SessionId session) =>
        Counted.Where(entry => entry.Session != session && entry.Noise is null);

    private IEnumerable<LedgerEntry.Participated> NoisedOf(SessionId? session) =>
        Counted.Where(entry => entry.Session != session && entry.Noise is not null);

    /// <summary>Stand for banks that no entry names. Should one be called so, advice is worse, and nothing else.</summary>
    private static IEnumerable<PartyId> Newcomers(int count) =>
        Enumerable.Range(1, count).Select(number => new PartyId($"newcomer-{number}-of-advice"));

    /// <summary>
    /// Windows that end or begin on other days than earlier ones, but close to them, would let the same cohort's sums be
    /// subtracted down to the
    /// few days in between.
    /// </summary>
    private static LedgerConflict? CheckEdges(LedgerEntry.Participated[] others, DataWindow window, int leastDays)
    {
        foreach (LedgerEntry.Participated other in others)
        {
            foreach (DateOnly own in (ReadOnlySpan<DateOnly>)[window.First, window.End])
            {
                foreach (DateOnly edge in (ReadOnlySpan<DateOnly>)[other.Window.First, other.Window.End])
                {
                    int apart = Math.Abs(own.DayNumber - edge.DayNumber);
                    if (apart > 0 && apart < leastDays)
                    {
                        return new LedgerConflict(
                            [other.Session],
                            $"Its days and those of session {Short(other.Session)}, {other.Window}, begin or end {apart} days "
                            + "apart: two sums could tell those days alone. "
                            + $"Windows begin and end on the same days, or {leastDays} days or more apart.");
                    }
                }
            }
        }

        return null;
    }

    private static LedgerConflict? CheckCohorts(
        LedgerEntry.Participated[] others, ImmutableArray<PartyId> cohort, DataWindow window)
    {
        LedgerEntry.Participated[] overlapping = [.. others.Where(entry => entry.Window.Overlaps(window))];
        string own = string.Join(' ', cohort);
        IEnumerable<DateOnly> starts = overlapping.SelectMany(entry => new[] { entry.Window.First, entry.Window.End })
            .Append(window.First).Where(window.Contains).Distinct();
        var examined = new HashSet<string>(StringComparer.Ordinal);
        foreach (DateOnly day in starts)
        {
            LedgerEntry.Participated[] then =
                [.. overlapping.Where(entry => entry.Window.Contains(day)).DistinctBy(entry => string.Join(' ', entry.Cohort))];
            if (then.Length == 0
                || then.Any(entry => string.Join(' ', entry.Cohort) == own)
                || !examined.Add(
                    string.Join('|', then.Select(entry => string.Join(' ', entry.Cohort)).Order(StringComparer.Ordinal))))
            {
                continue; // nothing to combine with, or the same cohort again, which is in the span already
            }

            if (then.Length >= MostCohorts)
            {
                return new LedgerConflict(
                    [.. then.Select(entry => entry.Session).Distinct()],
                    $"{then.Length} cohorts were summed over some of these days already, as many as are examined.");
            }

            // A neighbour is the commonest conflict, and found without looking at all combinations.
            if (Neighbour(then, cohort) is { } neighbour)
            {
                return neighbour;
            }

            ImmutableArray<PartyId> alone = CohortSpan.LeftAlone([.. then.Select(entry => entry.Cohort), cohort]);
            if (!alone.IsEmpty)
            {
                return Conflict(then, alone);
            }
        }

        return null;
    }

    private static LedgerConflict? Neighbour(LedgerEntry.Participated[] then, ImmutableArray<PartyId> cohort)
    {
        var own = cohort.ToHashSet();
        foreach (LedgerEntry.Participated entry in then)
        {
            int common = entry.Cohort.Count(own.Contains);
            if (entry.Cohort.Length + cohort.Length - (2 * common) < CohortSpan.LeastBanks)
            {
                PartyId[] apart = [.. entry.Cohort.Except(cohort).Concat(cohort.Except(entry.Cohort)).Order()];
                return new LedgerConflict(
                    [entry.Session],
                    $"Only {string.Join(" and ", apart)} {(apart.Length == 1 ? "tells" : "tell")} this cohort from that of "
                    + $"session {Short(entry.Session)} over {entry.Window}: "
                    + "the difference of two sums would be theirs.");
            }
        }

        return null;
    }

    private static LedgerConflict Conflict(LedgerEntry.Participated[] then, ImmutableArray<PartyId> alone) =>
        new(
            [.. then.Select(entry => entry.Session).Distinct()],
            "With the sums of "
            + $"{string.Join(", ", then.Take(4).Select(entry => $"session {Short(entry.Session)} over {entry.Window}"))}, this "
            + "one could be combined until "
            + $"{string.Join(" and ", alone)} {(alone.Length == 1 ? "is" : "are")} left alone.");

    private static string Short(SessionId session) => session.ToString()[..12];
}
