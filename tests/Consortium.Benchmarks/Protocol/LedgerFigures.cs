using System.Collections.Immutable;
using System.Globalization;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Benchmarks.Protocol;

/// <summary>What it takes to decide on a plan by a ledger that many cohorts are in.</summary>
internal static class LedgerFigures
{
    private const int LeastDays = 28;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(600);
    private static readonly DateOnly Start = new(2000, 1, 1);

    /// <summary>Of the cohorts over one stretch of days: the most that a ledger examines, less one.</summary>
    private const int MostAtOnce = ParticipationLedger.MostCohorts - 1;

    public static void Measure(FigureReport report, FigureOptions options)
    {
        _ = options;
        Benchmarks.Measure.PinToOneProcessor();
        foreach (int banks in (int[])[12, 256])
        {
            foreach (int released in (int[])[10, 100, 1000])
            {
                Measure(report, banks, released);
            }
        }
    }

    private static void Measure(FigureReport report, int banks, int released)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"{banks}_banks_{released}");
        ImmutableArray<PartyId> all = [.. Enumerable.Range(0, banks).Select(bank => new PartyId($"bank-{bank:000}"))];
        ParticipationLedger ledger = Fill(all, released, out DataWindow busiest, out int atOnce);
        var session = new SessionId(Digest.Of("another session"u8));
        var rules = new LedgerRules(ledger, LeastDays, new DateOnly(2200, 1, 1));

        Require(ledger.Check(session, all, busiest, LeastDays) is null);
        report.Add(
            $"allow_ms_{size}", Milli(() => ledger.Check(session, all, busiest, LeastDays)),
            $"a cohort that the busiest days have already; {atOnce} cohorts over them");
        ImmutableArray<PartyId> another = [.. all.Where((_, bank) => bank % 4 != 3)];
        report.Add(
            $"examine_ms_{size}", Milli(() => ledger.Check(session, another, busiest, LeastDays)),
            ledger.Check(session, another, busiest, LeastDays) is null ? "a new cohort, allowed" : "a new cohort, rejected");
        ImmutableArray<PartyId> neighbour = [.. all.Skip(1)];
        Require(ledger.Check(session, neighbour, busiest, LeastDays) is not null);
        report.Add(
            $"reject_ms_{size}",
            Milli(() => Require(rules.Check(PlanOf(neighbour, busiest), session, neighbour) is not null)),
            "a neighbour, with what would be allowed");
    }

    /// <summary>Months one after the other, and over each as many cohorts as honest parties release.</summary>
    private static ParticipationLedger Fill(ImmutableArray<PartyId> all, int released, out DataWindow busiest, out int atOnce)
    {
        ParticipationLedger ledger = ParticipationLedger.Begin(new PartyId("holder-a"));
        var random = new SplitMix(1);
        busiest = Window(0);
        atOnce = 0;
        int entries = 0;
        for (int month = 0; entries < released; month++)
        {
            int before = entries;
            Add(month, all);
            for (int tries = 0; entries < released && entries - before < MostAtOnce && tries < 4 * MostAtOnce; tries++)
            {
                ImmutableArray<PartyId> some = [.. all.Where(_ => random.Next(2) == 0)];
                if (some.Length >= 3
                    && ledger.Check(new SessionId(Digest.Of("nobody's"u8)), some, Window(month), LeastDays) is null)
                {
                    Add(month, some);
                }
            }

            (busiest, atOnce) = entries - before > atOnce ? (Window(month), entries - before) : (busiest, atOnce);
        }

        return ledger;

        void Add(int month, ImmutableArray<PartyId> cohort)
        {
            byte[] name = BitConverter.GetBytes(entries++);
            ledger = ledger.Append(new LedgerEntry.Participated(
                ParticipationKind.Released, new SessionId(Digest.Of(name)), "session", RoundNumber.First, cohort, Window(month),
                Data: null));
        }
    }

    private static DataWindow Window(int month) =>
        new(Start.AddDays(LeastDays * month), Start.AddDays((LeastDays * (month + 1)) - 1));

    private static SessionPlan PlanOf(ImmutableArray<PartyId> participants, DataWindow window) => new()
    {
        Consortium = default,
        Name = "session",
        Workload = "training",
        Parameters = default,
        InitialState = default,
        Rounds = 1,
        Participants = participants,
        Cohort = CohortRule.Fixed,
        MinimumCohort = 3,
        MaximumAttempts = 3,
        MaximumValues = 1,
        UpdateSeconds = 60,
        Window = window,
        CreatedAt = 0,
    };

    private static double Milli(Action action) => Benchmarks.Measure.MedianSeconds(action, Budget) * 1e3;

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("What is measured does not work.");
        }
    }

    /// <summary>The same cohorts in every run.</summary>
    private struct SplitMix(ulong seed)
    {
        private ulong _state = seed;

        public int Next(int count)
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((mixed ^ (mixed >> 31)) % (ulong)count);
        }
    }
}
