using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

#pragma warning disable RS0030 // seeded, so that a failure comes again

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// The attempts of one vote: the real state machines of four honest banks and of the honest key holders, and an adversary that
/// is the aggregator, the other key holders and the fifth bank. It closes any cohort with any evidence that it has or can make.
/// Ballots are real, signatures and envelopes symbolic. The promise: whatever count can be opened holds the ballots of all honest
/// banks, and no ballot that is none.
/// </summary>
internal sealed class VoteWorld
{
    private const int Steps = 60;
    private const int Attempts = 3;
    private const int Banks = 5;

    private static readonly PartyId Aggregator = new("aggregator");
    private static readonly PartyId Dishonest = Scenario.BankId(Banks - 1);
    private static readonly ConcurrentDictionary<(int, int), Setting> Settings = [];

    private readonly VoteScenario _scenario;
    private readonly Setting _setting;
    private readonly Random _random;
    private readonly Dictionary<PartyId, ParticipantSession> _banks = [];
    private readonly Dictionary<PartyId, KeyHolderSession> _holders = [];
    private readonly Dictionary<PartyId, LedgerRules> _rules = [];
    private readonly List<Signed<UpdateManifest>> _sent = [];
    private readonly List<Signed<Rejected>> _rejections = [];
    private readonly List<CohortClosed> _cohorts = [];
    private readonly List<Signed<CohortApproval>> _approvals = [];
    private readonly Dictionary<Digest, HashSet<PartyId>> _released = [];

    public VoteWorld(VoteScenario scenario, int seed)
    {
        _scenario = scenario;
        _random = new Random(seed);
        _setting = Settings.GetOrAdd((scenario.KeyHolders, scenario.Threshold), key => new Setting(key.Item1, key.Item2));
        var plan = new Authentic<Signed<SessionPlan>>(_setting.Plan);
        for (int bank = 0; bank < Banks - 1; bank++)
        {
            _banks[Scenario.BankId(bank)] = ParticipantSession.Join(Scenario.BankId(bank), plan) with
            {
                Keys = SymbolicKeys.Offered(scenario.KeyHolders),
            };
        }

        for (int holder = scenario.DishonestHolders; holder < scenario.KeyHolders; holder++)
        {
            PartyId id = Scenario.HolderId(holder);
            _holders[id] = KeyHolderSession.Join(
                id, new(scenario.KeyHolders, scenario.Threshold), plan, _setting.SessionKeys[holder]);

            // The session's own sums are in the ledger, of all banks: a vote without one is their neighbour.
            _rules[id] = new(
                ParticipationLedger.Begin(id).Append(new LedgerEntry.Participated(
                    ParticipationKind.Released, new SessionId(Digest.Of("before"u8)), "before", RoundNumber.First,
                    _setting.Plan.Statement.Participants, _setting.Plan.Statement.Window, Data: null)),
                28,
                DateOnly.MaxValue);
        }

        // What the fifth bank has signed: a ballot that counts, one that is none, and one that opens at no honest key holder.
        _sent.AddRange(_setting.OfTheDishonest);
    }

    /// <summary>Counts that can be opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Of these, those without the dishonest bank.</summary>
    public int OpenedWithout { get; private set; }

    /// <returns>The promise that broke, or null.</returns>
    public string? Run()
    {
        string? broken = null;
        for (int step = 0; step < Steps && broken is null; step++)
        {
            switch (_random.Next(8))
            {
                case 0:
                    OpenAttempt(1 + _random.Next(Attempts));
                    break;
                case 1 or 2:
                    Close();
                    break;
                case 3 or 4 when _cohorts.Count > 0:
                    broken = Ask(Pick(_cohorts));
                    break;
                case 5 or 6 when _cohorts.Count > 0:
                    broken = Relay(Pick(_cohorts));
                    break;
                default:
                    break;
            }
        }

        return broken;
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private void OpenAttempt(int attempt)
    {
        var opened = new Authentic<Signed<RoundOpened>>(Signed<RoundOpened>.Unchecked(
            Aggregator,
            new RoundOpened
            {
                Attempt = _setting.Attempt(attempt),
                StartsFrom = _setting.InitialState,
                Deadline = 0,
                SessionKeys = _setting.SessionKeys,
            }));
        foreach (PartyId bank in _banks.Keys.ToArray())
        {
            ParticipantSession session = _banks[bank].Open(opened).State;
            if (session.DueUpdate is AttemptId due)
            {
                Signed<UpdateManifest> ballot = _setting.Honest[(bank, due.Attempt.Value)];
                session = session.Prepared(
                    new UpdateSubmitted { Manifest = ballot, ChunkDigests = [], SealedShares = [] }, Digest.Of("vote"u8),
                    FreshLedger.Rules, default).State;
                _sent.Add(ballot);
            }

            _banks[bank] = session;
        }
    }

    /// <summary>Any members, and for who is left out whatever might show that it may be.</summary>
    private void Close()
    {
        int attempt = 1 + _random.Next(Attempts);
        int left = _random.Next(2 * Banks);
        Signed<UpdateManifest>[] members =
        [
            .. _sent.Where(ballot => ballot.Statement.Attempt == _setting.Attempt(attempt))
                .GroupBy(ballot => ballot.Sender).OrderBy(bank => bank.Key)
                .Select(bank => Pick(bank.ToArray()))
                .Where(ballot => ballot.Sender != Scenario.BankId(left) && (ballot.Sender != Dishonest || _random.Next(2) == 0)),
        ];
        if (members.Length == 0)
        {
            return;
        }

        ImmutableArray<VoidBallot> voids =
        [
            .. _sent.GroupBy(ballot => ballot.Sender).OrderBy(bank => bank.Key)
                .Where(bank => members.All(member => member.Sender != bank.Key))
                .Select(bank => Evidence(Pick(bank.ToArray()))),
        ];
        var cohort = Signed<Cohort>.Unchecked(Aggregator, new Cohort
        {
            Attempt = _setting.Attempt(attempt),
            StartedFrom = _setting.InitialState,
            Shape = UpdateShape.Ballot,
            Members = [.. members.Select(ballot => new CohortMember(ballot.Sender, ballot.Digest))],
            SumRoot = DigestList.Root([]),
        });
        var closed = new CohortClosed { Cohort = cohort, Manifests = [.. members], SealedShares = [], Voids = voids };
        if (CohortConsistency.Of(cohort.Statement, closed.Manifests, _setting.Configuration) is null && Shows(cohort, voids))
        {
            _cohorts.Add(closed);
        }
    }

    /// <summary>Which ballots are none is known here, and checked once: looking at each again takes milliseconds.</summary>
    private bool Shows(Signed<Cohort> cohort, ImmutableArray<VoidBallot> voids) => _scenario.Bug switch
    {
        VoteBug.TakesAnyVoid => true,
        VoteBug.OneRejectionFewer => voids.All(
            ballot => ballot.Rejections.Length >= _scenario.Threshold - 1 || _setting.IsNone(ballot.Manifest)),
        _ => voids.All(ballot => ballot.IsRejected(_setting.Configuration) || _setting.IsNone(ballot.Manifest))
            && CohortConsistency.OfVoids(cohort.Statement, voids, _setting.Configuration) is null,
    };

    /// <summary>
    /// Rejections that honest key holders signed, of this ballot or another, and those of the dishonest ones.
    /// </summary>
    private VoidBallot Evidence(Signed<UpdateManifest> ballot)
    {
        bool isOnlyIts = _random.Next(4) > 0;
        return new VoidBallot
        {
            Manifest = ballot,
            Rejections =
            [
                .. _rejections.Where(rejection => !isOnlyIts || rejection.Statement.SubjectDigest == ballot.Digest),
                .. Enumerable.Range(0, _scenario.DishonestHolders).Select(
                    holder => Signed<Rejected>.Unchecked(Scenario.HolderId(holder), Rejected.For(
                        _setting.Configuration.Digest, new SessionId(_setting.Plan.Digest), MessageType.UpdateManifest,
                        ballot.Digest, new(RejectionReason.Spoiled, "none")))),
            ],
        };
    }

    /// <summary>Some honest key holders are asked to approve.</summary>
    private string? Ask(CohortClosed closed)
    {
        foreach (PartyId holder in _holders.Keys.Where(_ => _random.Next(3) > 0).ToArray())
        {
            ImmutableArray<PartyId> wrong = _scenario.Bug == VoteBug.ApprovesAnyBallot
                ? []
                : [.. closed.Manifests.Where(_setting.IsWrong).Select(ballot => ballot.Sender)];
            CarryOut(holder, closed, _holders[holder].Close(new(closed), wrong, _rules[holder]));
        }

        return null;
    }

    /// <summary>Some honest key holders hear of all approvals, those that dishonest ones sign among them.</summary>
    private string? Relay(CohortClosed closed)
    {
        var digest = new CohortDigest(closed.Cohort.Digest);
        ImmutableArray<Signed<CohortApproval>> approvals =
        [
            .. _approvals.Where(approval => approval.Statement.CohortDigest == digest).DistinctBy(approval => approval.Sender),
            .. Enumerable.Range(0, _scenario.DishonestHolders).Select(
                holder => Signed<CohortApproval>.Unchecked(Scenario.HolderId(holder), new CohortApproval
                {
                    Attempt = closed.Cohort.Statement.Attempt,
                    CohortDigest = digest,
                    Sequence = 1,
                    PreviousDigest = default,
                })),
        ];
        if (approvals.IsEmpty)
        {
            return null;
        }

        foreach (PartyId holder in _holders.Keys.Where(_ => _random.Next(3) > 0).ToArray())
        {
            CarryOut(holder, closed, _holders[holder].Receive(new(new ApprovalsRelayed { Approvals = approvals })));
        }

        return Opens(closed) ? Broken(closed) : null;
    }

    private bool Opens(CohortClosed closed) =>
        _released.TryGetValue(closed.Digest, out HashSet<PartyId>? holders)
        && holders.Count + _scenario.DishonestHolders >= _scenario.Threshold;

    private void CarryOut(PartyId holder, CohortClosed closed, Step<KeyHolderSession, KeyHolderEffect> step)
    {
        _holders[holder] = step.State;
        foreach (KeyHolderEffect effect in step.Effects)
        {
            switch (effect)
            {
                case KeyHolderEffect.SendApproval(var approval):
                    _approvals.Add(Signed<CohortApproval>.Unchecked(holder, approval));
                    break;
                case KeyHolderEffect.Reject(var rejected):
                    _rejections.Add(Signed<Rejected>.Unchecked(holder, rejected));
                    break;
                case KeyHolderEffect.ReleaseShareSum(var attempt, var digest) when digest.Value == closed.Digest:
                    CarryOut(holder, closed, _holders[holder].Released(
                        new ShareSumReleased
                        {
                            Manifest = Signed<ShareSumManifest>.Unchecked(
                                holder,
                                new ShareSumManifest { Attempt = attempt, CohortDigest = digest, SealedSumDigests = [] }),
                            SealedSums = [],
                        },
                        closed.Cohort.Statement,
                        _rules[holder]));
                    break;
                case KeyHolderEffect.SendRelease(var release):
                    Digest of = release.Manifest.Statement.CohortDigest.Value;
                    (_released.TryGetValue(of, out HashSet<PartyId>? holders) ? holders : _released[of] = []).Add(holder);
                    break;
            }
        }
    }

    private string? Broken(CohortClosed closed)
    {
        Cohort cohort = closed.Cohort.Statement;
        Opened++;
        OpenedWithout += cohort.Has(Dishonest) ? 0 : 1;
        PartyId[] missing = [.. _banks.Keys.Where(bank => !cohort.Has(bank))];
        Signed<UpdateManifest>[] wrong = [.. closed.Manifests.Where(_setting.IsWrong)];
        return missing.Length > 0 ? $"a count of {cohort.Attempt} without {string.Join(" and ", missing)} can be opened"
            : wrong.Length > 0 ? $"a count of {cohort.Attempt} with a ballot of {wrong[0].Sender} that is none can be opened"
            : cohort.Members.Length < 3 ? $"a count of {cohort.Members.Length} can be opened"
            : null;
    }

    /// <summary>What all schedules of one committee have in common: ballots take milliseconds to make and to check.</summary>
    private sealed class Setting
    {
        private readonly HashSet<Digest> _none = [], _spoilt = [];

        public Setting(int keyHolders, int threshold)
        {
            Configuration = new Scenario
            {
                Banks = Banks,
                KeyHolders = keyHolders,
                Threshold = threshold,
                Rule = CohortRule.Fixed,
                DishonestAggregator = true,
                DishonestHolders = 0,
                ForgetfulHolders = 0,
                DishonestBank = false,
            }.Configuration;
            SessionPlan sample = new SampleRound(TestConsortium.Instance).Plan.Statement;
            Plan = Signed<SessionPlan>.Unchecked(new PartyId("operator"), sample with
            {
                Consortium = Configuration.Digest,
                Participants = [.. Configuration.Participants.Select(member => member.Id)],
                Cohort = CohortRule.Fixed,
                MinimumCohort = 3,
                MaximumAttempts = Attempts,
                Rounds = 1,
            });
            for (int attempt = 1; attempt <= Attempts; attempt++)
            {
                for (int bank = 0; bank < Banks - 1; bank++)
                {
                    Honest[(Scenario.BankId(bank), attempt)] = Ballot(Scenario.BankId(bank), attempt, threshold);
                }

                Signed<UpdateManifest> right = Ballot(Dishonest, attempt, threshold);
                Signed<UpdateManifest> spoilt = Ballot(Dishonest, attempt, threshold);
                Signed<UpdateManifest> none = Signed<UpdateManifest>.Unchecked(
                    Dishonest, right.Statement with { SharingProof = new byte[7] });
                _spoilt.Add(spoilt.Digest);
                _none.Add(none.Digest);
                OfTheDishonest.AddRange([right, spoilt, none]);
            }

            Assert.All(
                OfTheDishonest.Concat(Honest.Values),
                ballot => Assert.Equal(IsNone(ballot), !SealedBallot.TryCheck(ballot, threshold, out _, out _)));
        }

        public ConsortiumConfiguration Configuration { get; }

        public Signed<SessionPlan> Plan { get; }

        public Dictionary<(PartyId Bank, int Attempt), Signed<UpdateManifest>> Honest { get; } = [];

        public List<Signed<UpdateManifest>> OfTheDishonest { get; } = [];

        public ImmutableArray<Digest> SessionKeys => SymbolicKeys.List(Configuration.KeyHolders.Length);

        public StateDigest InitialState => Plan.Statement.InitialState;

        /// <summary>Everybody can see that it is none.</summary>
        public bool IsNone(Signed<UpdateManifest> ballot) => _none.Contains(ballot.Digest);

        /// <summary>An honest key holder does not approve it.</summary>
        public bool IsWrong(Signed<UpdateManifest> ballot) => IsNone(ballot) || _spoilt.Contains(ballot.Digest);

        public AttemptId Attempt(int attempt) => new(
            Configuration.Digest, new SessionId(Plan.Digest), RoundNumber.First, new AttemptNumber(attempt));

        private Signed<UpdateManifest> Ballot(PartyId bank, int attempt, int threshold)
        {
            using Cryptography.Ballots.Ballot ballot = Cryptography.Ballots.Ballot.Draw(
                0, threshold, RandomSource.OperatingSystem);
            var manifest = new UpdateManifest
            {
                Attempt = Attempt(attempt),
                StartedFrom = InitialState,
                Shape = UpdateShape.Ballot,
                ChunksRoot = DigestList.Root([]),
                SessionKeys = SessionKeys,
                BallotKeys = [],
                SealedShareDigests =
                    [.. Configuration.KeyHolders.Select((_, holder) => Digest.Of(ballot.EncodeShare(holder + 1)))],
                SharingProof = default,
            };
            return Signed<UpdateManifest>.Unchecked(
                bank, manifest with { SharingProof = ballot.Prove(SealedBallot.Challenge(manifest, bank).ToArray()) });
        }
    }
}
