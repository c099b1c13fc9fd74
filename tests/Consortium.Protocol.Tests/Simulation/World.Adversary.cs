using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// An aggregator that knows everything honest parties ever said and may say anything itself, with key holders and a bank of its
/// own. It cannot sign for others.
/// </summary>
internal sealed partial class World
{
    private void Attack()
    {
        switch (_choices.Next(8))
        {
            case 0:
            case 1:
                OpenSomeRound();
                break;
            case 2:
            case 3:
                CloseSomeCohort();
                break;
            case 4:
            case 5:
                RelaySomeApprovals();
                break;
            case 6:
                SendSomeAggregate();
                break;
            case 7:
                AbandonSomeAttempt();
                break;
        }
    }

    /// <summary>Mostly to all banks, as an honest aggregator would: an adversary that stalls gets nowhere.</summary>
    private void OpenSomeRound()
    {
        PartyId guide = Scenario.BankId(_choices.Next(_scenario.Banks));
        int round = Math.Min(
            _scenario.Rounds, _choices.Next(4) == 0 ? 1 + _choices.Next(_scenario.Rounds) : _banks[guide].RoundsDone + 1);
        Signed<RoundOpened> opened = Say(Aggregator, new RoundOpened
        {
            Attempt = Attempt(round, 1 + _choices.Next(3)),
            StartsFrom = _banks[guide].State,
            Deadline = _now,
            SessionKeys = SomeSessionKeys(),
        });
        int only = _choices.Next(3 * _scenario.Banks);
        foreach (PartyId bank in only < _scenario.Banks ? [Scenario.BankId(only)] : _plan.Statement.Participants)
        {
            Send(bank, opened);
        }
    }

    /// <summary>
    /// Mostly what all offered; now and then without a key holder, or with a key of its own in the place of another's.
    /// </summary>
    private ImmutableArray<Digest> SomeSessionKeys()
    {
        ImmutableArray<Digest> keys = SessionKeys();
        int odd = _choices.Next(4 * _scenario.KeyHolders);
        return odd >= 2 * _scenario.KeyHolders ? keys
            : odd >= _scenario.KeyHolders ? keys.SetItem(odd - _scenario.KeyHolders, default)
            : keys.SetItem(odd, Mix(default, ++_nonce, 0));
    }

    /// <summary>Any members, any of their updates for one attempt, any sum; to any key holders, and to the members.</summary>
    private void CloseSomeCohort()
    {
        if (_manifests.Count == 0)
        {
            return;
        }

        Signed<UpdateManifest> example = _manifests[_choices.Next(_manifests.Count)];
        AttemptId attempt = example.Statement.Attempt;
        int left = _choices.Next(2 * _scenario.Banks);
        ImmutableArray<Signed<UpdateManifest>> members =
        [
            .. _manifests.Where(
                manifest => manifest.Statement.Attempt == attempt
                    && manifest.Statement.StartedFrom == example.Statement.StartedFrom)
                .GroupBy(manifest => manifest.Sender).OrderBy(bank => bank.Key)
                .Select(bank => bank.ElementAt(_choices.Next(bank.Count())))
                .Where((_, i) => i != left),
        ];
        if (members.IsEmpty)
        {
            return;
        }

        Signed<Cohort> cohort = Sum(
            new Cohort
            {
                Attempt = attempt,
                StartedFrom = members[0].Statement.StartedFrom,
                Shape = members[0].Statement.Shape,
                Members = [.. members.Select(manifest => new CohortMember(manifest.Sender, manifest.Digest))],
                SumRoot = default,
            },
            _choices.Next(8) switch { 1 => Bend.LeavesOneOut, 2 => Bend.AddsUnderKeyZero, _ => Bend.None });
        foreach (PartyId holder in SomeHolders())
        {
            SendCohort(holder, cohort, members);
        }

        foreach (Signed<UpdateManifest> member in members)
        {
            Send(member.Sender, cohort);
        }
    }

    /// <summary>All approvals of some cohort, with those of its own key holders.</summary>
    private void RelaySomeApprovals()
    {
        if (SomeCohort() is not Signed<Cohort> cohort)
        {
            return;
        }

        ImmutableArray<Signed<CohortApproval>> approvals = ApprovalsOf(cohort);
        if (!approvals.IsEmpty)
        {
            foreach (PartyId holder in SomeHolders())
            {
                Send(holder, new ApprovalsRelayed { Approvals = approvals });
            }
        }
    }

    /// <summary>Some cohort's sum and share-sums to some bank; now and then in the name of another cohort.</summary>
    private void SendSomeAggregate()
    {
        if (SomeCohort() is not Signed<Cohort> cohort)
        {
            return;
        }

        Signed<Cohort> named = _choices.Next(4) == 1 ? SomeCohort()! : cohort;
        ImmutableArray<Signed<ShareSumManifest>> shareSums =
        [
            .. _shareSums.Where(sum => sum.Statement.CohortDigest.Value == cohort.Digest && !IsDishonestHolder(sum.Sender)),
            .. DishonestHolders().Select(
                holder => ShareSum(
                    holder, cohort.Statement.Attempt, new CohortDigest(cohort.Digest), bent: _choices.Next(8) == 1).Manifest),
        ];
        var aggregate = new AggregateReleased
        {
            Cohort = named,
            Approvals = ApprovalsOf(named),
            ShareSums = shareSums,
            SealedSums = [],
            Tags = SomeTags(named),
            SumChunkDigests = _sums[cohort.Statement.SumRoot].SumDigests,
        };
        int only = _choices.Next(2 * _scenario.Banks);
        foreach (PartyId bank in only < _scenario.Banks ? [Scenario.BankId(only)] : _plan.Statement.Participants)
        {
            Send(bank, aggregate);
        }
    }

    /// <summary>
    /// What members signed, and of a dishonest member what makes the tags add up, whatever the sum. Where a member signed
    /// nothing, nothing stands for it.
    /// </summary>
    private ImmutableArray<Signed<UpdateTag>> SomeTags(Signed<Cohort> cohort)
    {
        IEnumerable<Signed<UpdateTag>> given = _tags.Where(tag => tag.Statement.CohortDigest.Value == cohort.Digest);
        if (_scenario.DishonestBank && cohort.Statement.Has(Scenario.BankId(0)))
        {
            var fitting = Say(Scenario.BankId(0), Tag(cohort, SymbolicTag.Of(Mix(default, ++_nonce, 0), cohort.Digest)));
            _fitting.Add(fitting.Digest);
            given = given.Where(tag => tag.Sender != fitting.Sender).Append(fitting);
        }

        return [.. given.DistinctBy(tag => tag.Sender).OrderBy(tag => tag.Sender)];
    }

    private void AbandonSomeAttempt()
    {
        Signed<AttemptAbandoned> abandoned = Say(Aggregator, new AttemptAbandoned
        {
            Attempt = Attempt(1 + _choices.Next(_scenario.Rounds), 1 + _choices.Next(3)),
            Reason = AbandonmentReason.Rejected,
            Missing = [],
            Detail = string.Empty,
        });
        foreach (PartyId holder in SomeHolders())
        {
            Send(holder, abandoned);
        }
    }

    /// <summary>To an honest aggregator: approvals of what it closed, share-sums straight or bent.</summary>
    private void SpeakAsDishonestHolder()
    {
        if (SomeCohort() is not Signed<Cohort> cohort)
        {
            return;
        }

        PartyId holder = Scenario.HolderId(_choices.Next(_scenario.DishonestHolders));
        Send(Aggregator, _choices.Next(2) == 0
            ? Approval(holder, cohort)
            : ShareSum(holder, cohort.Statement.Attempt, new CohortDigest(cohort.Digest), bent: _choices.Next(2) == 1));
    }

    /// <summary>A bank signs a second update for an attempt, of another vector, or a tag that is not of its chunks.</summary>
    private void Contradict(PartyId bank)
    {
        if (_choices.Next(2) == 0 && SomeCohort() is { } cohort)
        {
            Signed<UpdateTag> wrong = Say(bank, Tag(cohort, SymbolicTag.Of(Mix(default, ++_nonce, 0), cohort.Digest)));
            Send(Aggregator, wrong);
        }
        else if (_banks[bank].Attempt is AttemptId current)
        {
            Publish(Update(bank, current, _banks[bank].State, VectorOf(bank, current.Round, variant: 1 + _choices.Next(3))));
        }
    }

    private ImmutableArray<Signed<CohortApproval>> ApprovalsOf(Signed<Cohort> cohort) =>
    [
        .. _approvals.Where(
            approval => approval.Statement.CohortDigest.Value == cohort.Digest && !IsDishonestHolder(approval.Sender))
                .DistinctBy(approval => approval.Sender),
        .. DishonestHolders().Select(holder => Approval(holder, cohort)),
    ];

    private Signed<CohortApproval> Approval(PartyId holder, Signed<Cohort> cohort) => Say(holder, new CohortApproval
    {
        Attempt = cohort.Statement.Attempt,
        CohortDigest = new CohortDigest(cohort.Digest),
        Sequence = 1 + _choices.Next(3),
        PreviousDigest = default,
    });

    private Signed<Cohort>? SomeCohort() =>
        _cohortOrder.Count == 0 ? null : _cohorts[_cohortOrder[_choices.Next(_cohortOrder.Count)]].Cohort;

    private IEnumerable<PartyId> DishonestHolders() => Enumerable.Range(0, _scenario.DishonestHolders).Select(Scenario.HolderId);

    private bool IsDishonestHolder(PartyId holder) => !_holders.ContainsKey(holder);

    private ImmutableArray<PartyId> SomeHolders()
    {
        int mask = _choices.Next(1 << _scenario.KeyHolders);
        return [.. _configuration.KeyHolders.Where((_, i) => (mask & (1 << i)) != 0).Select(holder => holder.Id)];
    }

    private AttemptId Attempt(int round, int attempt) =>
        new(_configuration.Digest, new SessionId(_plan.Digest), new RoundNumber(round), new AttemptNumber(attempt));
}
