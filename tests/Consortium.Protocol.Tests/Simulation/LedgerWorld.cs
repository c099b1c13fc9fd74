using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Sessions;

#pragma warning disable RS0030 // seeded, so that a failure comes again

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// Several sessions at once over one set of days: the real state machines and ledgers of every honest bank and key holder, and an
/// adversary that is
/// the operator's haste, the aggregator, some key holders and a bank. It starts any plan, tells anyone anything in any order, and
/// keeps what it hears.
/// Who sent what is symbolic, as in <see cref="World"/>. The promise: of the sums that can be opened no combination leaves fewer
/// than three banks.
/// </summary>
internal sealed class LedgerWorld
{
    private const int Sessions = 4;
    private const int Steps = 80;

    private static readonly PartyId Operator = new("operator");
    private static readonly SessionPlan Plan = new SampleRound(TestConsortium.Instance).Plan.Statement;
    private static readonly UpdateManifest Manifest = new SampleRound(TestConsortium.Instance)
        .Submitted("bank-a").Manifest.Statement;
    private static readonly ImmutableArray<DataWindow> Windows =
    [
        new(new DateOnly(2026, 1, 1), new DateOnly(2026, 2, 28)),
        new(new DateOnly(2026, 3, 1), new DateOnly(2026, 4, 30)),
        new(new DateOnly(2026, 1, 1), new DateOnly(2026, 4, 30)),
    ];

    private readonly LedgerScenario _scenario;
    private readonly Random _random;
    private readonly ImmutableArray<PartyId> _banks;
    private readonly Dictionary<PartyId, ParticipationLedger> _ledgers = [];
    private readonly Dictionary<(PartyId, int), ParticipantSession> _banksSessions = [];
    private readonly Dictionary<(PartyId, int), KeyHolderSession> _holdersSessions = [];
    private readonly List<Signed<SessionPlan>> _plans = [];
    private readonly HashSet<(PartyId, int)> _sent = [];
    private readonly Dictionary<int, HashSet<PartyId>> _released = [];
    private readonly Dictionary<int, HashSet<PartyId>> _approved = [];
    private readonly List<int> _opened = [];

    public LedgerWorld(LedgerScenario scenario, int seed)
    {
        _scenario = scenario;
        _random = new Random(seed);
        _banks = [.. Enumerable.Range(0, 7).Select(Scenario.BankId)];
        foreach (PartyId party in HonestBanks.Concat(HonestHolders))
        {
            _ledgers[party] = ParticipationLedger.Begin(party);
        }
    }

    /// <summary>Sessions whose sum can be opened.</summary>
    public int Opened => _opened.Count;

    public int Rejected { get; private set; }

    /// <summary>The last bank is dishonest, and so are the first key holders.</summary>
    private IEnumerable<PartyId> HonestBanks => _banks.Take(6);

    private IEnumerable<PartyId> HonestHolders =>
        Enumerable.Range(_scenario.DishonestHolders, _scenario.KeyHolders - _scenario.DishonestHolders).Select(Scenario.HolderId);

    /// <returns>The promise that broke, or null.</returns>
    public string? Run()
    {
        int checkedSums = 0;
        for (int step = 0; step < Steps; step++)
        {
            if (_plans.Count < Sessions && _random.Next(12) == 0)
            {
                _plans.Add(Draw());
            }
            else if (_plans.Count > 0)
            {
                int session = _random.Next(_plans.Count);
                switch (_random.Next(4))
                {
                    case 0:
                        Some(HonestBanks.Concat(HonestHolders), party => Join(party, session));
                        break;
                    case 1:
                        Some(HonestBanks, bank => Send(bank, session));
                        break;
                    case 2:
                        Some(HonestHolders, holder => Approve(holder, session));
                        break;
                    case 3:
                        Some(HonestHolders, holder => Release(holder, session));
                        break;
                }
            }

            if (_opened.Count > checkedSums && (checkedSums = _opened.Count) > 1 && Broken() is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    /// <summary>Mostly most of them: an adversary that reaches one at a time gets nowhere.</summary>
    private void Some(IEnumerable<PartyId> parties, Action<PartyId> act)
    {
        int left = _random.Next(6);
        foreach (PartyId party in parties.Where(_ => _random.Next(6) >= left).ToArray())
        {
            act(party);
        }
    }

    private T Pick<T>(IEnumerable<T> from)
    {
        T[] items = [.. from];
        return items[_random.Next(items.Length)];
    }

    private Signed<SessionPlan> Draw()
    {
        // Mostly neighbours of a plan that is there: what the adversary wants summed.
        ImmutableArray<PartyId> cohort = _plans.Count > 0 && _random.Next(2) == 0
            ? [.. Pick(_plans).Statement.Participants.Where(_ => _random.Next(6) > 0)]
            : [.. _banks.Where(_ => _random.Next(3) > 0)];
        cohort = cohort.Length >= 3 ? cohort : _banks;
        SessionPlan plan = Plan with
        {
            Name = $"session {_plans.Count}",
            Participants = cohort,
            Window = _random.Next(3) > 0 ? Windows[0] : Pick(Windows),
            Rounds = 1,
        };
        return Signed<SessionPlan>.Unchecked(Operator, plan);
    }

    private LedgerRules Rules(PartyId party) => new(_ledgers[party], 28, DateOnly.MaxValue);

    private SessionId Id(int session) => new(_plans[session].Digest);

    private AttemptId Attempt(int session) =>
        new(_plans[session].Statement.Consortium, Id(session), RoundNumber.First, new AttemptNumber(1));

    private void Join(PartyId party, int session)
    {
        SessionPlan plan = _plans[session].Statement;
        bool isBank = _banks.Contains(party);
        if ((isBank && !plan.Participants.Contains(party))
            || _banksSessions.ContainsKey((party, session))
            || _holdersSessions.ContainsKey((party, session)))
        {
            return;
        }

        if (_scenario.Bug != LedgerBug.NothingAtThePlan && Rules(party).Check(plan, Id(session)) is not null)
        {
            Rejected++;
        }
        else if (isBank)
        {
            _banksSessions[(party, session)] = (ParticipantSession.Join(party, new(_plans[session])) with
            {
                Keys = SymbolicKeys.Offered(_scenario.KeyHolders),
            })
                .Open(new(Signed<RoundOpened>.Unchecked(
                    new PartyId("aggregator"),
                    new RoundOpened
                    {
                        Attempt = Attempt(session),
                        StartsFrom = plan.InitialState,
                        Deadline = 0,
                        SessionKeys = SymbolicKeys.List(_scenario.KeyHolders),
                    }))).State;
        }
        else
        {
            _holdersSessions[(party, session)] = KeyHolderSession.Join(
                party, new(_scenario.KeyHolders, _scenario.Threshold), new(_plans[session]),
                SymbolicKeys.Offered(_scenario.KeyHolders)[party]);
        }
    }

    private void Send(PartyId bank, int session)
    {
        if (!_banksSessions.TryGetValue((bank, session), out ParticipantSession? joined) || _sent.Contains((bank, session)))
        {
            return;
        }

        LedgerRules rules = _scenario.Bug is LedgerBug.BanksForget or LedgerBug.NothingAtTheRelease
            ? FreshLedger.Rules
            : Rules(bank);
        UpdateSubmitted update = Update(bank, session);
        Step<ParticipantSession, ParticipantEffect> step = joined.Prepared(update, Digest.Of([1]), rules, Digest.Of([2]));
        _banksSessions[(bank, session)] = step.State;
        foreach (ParticipantEffect effect in step.Effects)
        {
            switch (effect)
            {
                case ParticipantEffect.Record(var entry):
                    _ledgers[bank] = _ledgers[bank].Append(entry);
                    break;
                case ParticipantEffect.Submit:
                    _sent.Add((bank, session));
                    break;
                case ParticipantEffect.Reject:
                    Rejected++;
                    break;
            }
        }
    }

    private void Approve(PartyId holder, int session)
    {
        if (!_holdersSessions.TryGetValue((holder, session), out KeyHolderSession? joined)
            || !_plans[session].Statement.Participants.All(bank => HasSent(bank, session)))
        {
            return;
        }

        Step<KeyHolderSession, KeyHolderEffect> step = joined.Close(new(Closed(session)), [], Rules(holder));
        _holdersSessions[(holder, session)] = step.State;
        if (step.Effects.OfType<KeyHolderEffect.SendApproval>().Any())
        {
            Of(_approved, session).Add(holder);
        }
        else
        {
            Rejected++;
        }
    }

    private void Release(PartyId holder, int session)
    {
        HashSet<PartyId> approvers = Of(_approved, session);
        if (!approvers.Contains(holder)
            || approvers.Count + _scenario.DishonestHolders < _scenario.Threshold
            || Of(_released, session).Contains(holder))
        {
            return;
        }

        Signed<Cohort> cohort = Closed(session).Cohort;
        KeyHolderSession joined = _holdersSessions[(holder, session)];
        joined = joined.Promise is { } promise
            ? joined with
            {
                Promise = promise with { Approvers = [.. Enumerable.Range(0, _scenario.KeyHolders).Select(Scenario.HolderId)] },
            }
            : joined;
        LedgerRules rules = _scenario.Bug == LedgerBug.NothingAtTheRelease ? FreshLedger.Rules : Rules(holder);
        Step<KeyHolderSession, KeyHolderEffect> step = joined.Released(
            new ShareSumReleased
            {
                Manifest = Signed<ShareSumManifest>.Unchecked(
                    holder,
                    new ShareSumManifest
                    {
                        Attempt = Attempt(session),
                        CohortDigest = new CohortDigest(cohort.Digest),
                        SealedSumDigests = [],
                    }),
                SealedSums = [],
            },
            cohort.Statement,
            rules);
        _holdersSessions[(holder, session)] = step.State;
        foreach (KeyHolderEffect effect in step.Effects)
        {
            switch (effect)
            {
                case KeyHolderEffect.Record(var entry):
                    _ledgers[holder] = _ledgers[holder].Append(entry);
                    break;
                case KeyHolderEffect.SendRelease:
                    Of(_released, session).Add(holder);
                    break;
                case KeyHolderEffect.Reject:
                    Rejected++;
                    break;
            }
        }

        if (Of(_released, session).Count + _scenario.DishonestHolders >= _scenario.Threshold && !_opened.Contains(session))
        {
            _opened.Add(session);
        }
    }

    /// <summary>For each day, the cohorts whose sums over it can be opened.</summary>
    private string? Broken()
    {
        foreach (DataWindow day in Windows.Take(2))
        {
            SessionPlan[] over =
                [.. _opened.Select(session => _plans[session].Statement).Where(plan => plan.Window.Contains(day.First))];
            ImmutableArray<PartyId>[] cohorts =
                [.. over.Select(plan => plan.Participants).DistinctBy(cohort => string.Join(' ', cohort))];
            foreach (ImmutableArray<PartyId>[] some in _scenario.PairsOnly ? Pairs(cohorts) : Subsets(cohorts))
            {
                if (some.Length > 1 && CohortSpan.LeftAlone(some) is { IsEmpty: false } alone)
                {
                    return $"{string.Join(" and ", alone)} can be told from "
                        + $"{string.Join("; ", some.Select(cohort => string.Join(' ', cohort)))}";
                }
            }
        }

        return null;
    }

    private IEnumerable<ImmutableArray<PartyId>[]> Subsets(ImmutableArray<PartyId>[] cohorts) =>
        Enumerable.Range(1, (1 << cohorts.Length) - 1)
            .Where(mask => System.Numerics.BitOperations.PopCount((uint)mask) <= _scenario.Together)
            .Select(mask => cohorts.Where((_, i) => (mask & (1 << i)) != 0).ToArray());

    /// <summary>Pairs that an honest bank is in both of: with none, all that they share is the adversary's own.</summary>
    private IEnumerable<ImmutableArray<PartyId>[]> Pairs(ImmutableArray<PartyId>[] cohorts) =>
        from first in cohorts
        from second in cohorts
        where string.CompareOrdinal(string.Join(' ', first), string.Join(' ', second)) < 0
            && first.Intersect(second).Intersect(HonestBanks).Any()
        select new[] { first, second };

    private bool HasSent(PartyId bank, int session) => !HonestBanks.Contains(bank) || _sent.Contains((bank, session));

    private CohortClosed Closed(int session) => new()
    {
        Cohort = Signed<Cohort>.Unchecked(new PartyId("aggregator"), new Cohort
        {
            Attempt = Attempt(session),
            StartedFrom = _plans[session].Statement.InitialState,
            Shape = new UpdateShape(50_000, 65_536, Shape(session)),
            Members =
                [.. _plans[session].Statement.Participants.Select(
                    bank => new CohortMember(bank, Digest.Of([.. bank.Name.Select(c => (byte)c)])))],
            SumRoot = default,
        }),
        Manifests = [],
        SealedShares = [],
    };

    private int Shape(int session) => new UpdateShape(50_000, 65_536, 0).LayoutFor(_plans[session].Statement).ChunkCount(50_000);

    private UpdateSubmitted Update(PartyId bank, int session) => new()
    {
        Manifest = Signed<UpdateManifest>.Unchecked(bank, Manifest with { Attempt = Attempt(session) }),
        ChunkDigests = [],
        SealedShares = [],
    };

    private static HashSet<PartyId> Of(Dictionary<int, HashSet<PartyId>> sets, int session) =>
        sets.TryGetValue(session, out HashSet<PartyId>? set) ? set : sets[session] = [];
}
