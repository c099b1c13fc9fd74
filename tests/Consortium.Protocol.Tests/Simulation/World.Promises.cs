using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>The five promises, checked as things happen.</summary>
internal sealed partial class World
{
    private readonly Dictionary<(PartyId, AttemptId), Digest> _submitted = [];
    private readonly Dictionary<(PartyId, AttemptId), Digest> _releasedBytes = [];
    private readonly Dictionary<Digest, HashSet<PartyId>> _releasers = [];
    private readonly Dictionary<RoundNumber, List<Digest>> _opened = [];
    private readonly Dictionary<int, StateDigest> _states = [];

    /// <summary>How many sums opened at banks: a simulation in which nothing happens shows nothing.</summary>
    public int SumsOpened { get; private set; }

    /// <summary>How many banks that spoilt a sum were named.</summary>
    public int SpoilersNamed { get; private set; }

    public bool Completed => _banks.Values.All(bank => bank.IsCompleted);

    private void CheckSubmission(PartyId bank, UpdateSubmitted update)
    {
        AttemptId attempt = update.Manifest.Statement.Attempt;
        if (!_submitted.TryAdd((bank, attempt), update.Manifest.Digest) && _submitted[(bank, attempt)] != update.Manifest.Digest)
        {
            Broken(1, $"{bank} signed two updates for {attempt}");
        }

        if (!update.Manifest.Statement.SessionKeys.Where(key => key != default).All(SessionKeys().Contains))
        {
            Broken(1, $"{bank} sealed to a key that no key holder offered");
        }
    }

    private void CheckRelease(PartyId holder, ShareSumReleased release)
    {
        ShareSumManifest manifest = release.Manifest.Statement;
        bool isForgetful = _configuration.IndexOfKeyHolder(holder) < _scenario.Unreliable;
        if (!isForgetful && !_releasedBytes.TryAdd((holder, manifest.Attempt), release.Digest)
            && _releasedBytes[(holder, manifest.Attempt)] != release.Digest)
        {
            Broken(5, $"{holder} released different bytes for {manifest.Attempt}");
        }

        if (!_releasers.TryGetValue(manifest.CohortDigest.Value, out HashSet<PartyId>? releasers))
        {
            _releasers.Add(manifest.CohortDigest.Value, releasers = []);
        }

        // Dishonest key holders have their shares of every update, and of any sum of them.
        if (releasers.Add(holder)
            && releasers.Count + _scenario.DishonestHolders == Math.Max(_scenario.Threshold, _scenario.DishonestHolders + 1))
        {
            CheckKeyKnown(manifest.Attempt.Round, manifest.CohortDigest.Value);
        }
    }

    /// <summary>From here on the adversary can open this cohort's sum.</summary>
    private void CheckKeyKnown(RoundNumber round, Digest cohort)
    {
        ImmutableArray<Signed<UpdateManifest>> members = _cohorts[cohort].Manifests;
        if (members.Select(member => member.Sender).Distinct().Count() < 3)
        {
            Broken(2, $"a sum of {members.Length} can be opened in round {round}");
        }

        if (!_opened.TryGetValue(round, out List<Digest>? others))
        {
            _opened.Add(round, others = []);
        }

        foreach (Digest other in others)
        {
            if (_scenario.OneSumARound)
            {
                Broken(2, $"two sums can be opened in round {round}");
            }

            if (_scenario.Rule == CohortRule.Fixed && !HonestPart(other).SequenceEqual(HonestPart(cohort)))
            {
                Broken(1, $"two sums of round {round} tell honest banks apart");
            }
        }

        others.Add(cohort);
    }

    private void Broken(int promise, string detail)
    {
        if (_scenario.Only is null || _scenario.Only == promise)
        {
            throw new BrokenPromiseException(promise, detail);
        }
    }

    /// <summary>What a sum holds of honest banks: who, and which vector.</summary>
    private IEnumerable<Digest> HonestPart(Digest cohort) =>
        _cohorts[cohort].Manifests.Where(member => !(_scenario.DishonestBank && member.Sender == Scenario.BankId(0)))
            .Select(member => _vectors[member.Digest]);

    private void CheckOpened(PartyId bank, Signed<Cohort> cohort, ImmutableArray<Digest> summed, Digest? added, StateDigest state)
    {
        SumsOpened++;
        Trace(
            $"{bank} opened round {cohort.Statement.Attempt.Round}: "
                + $"{string.Join(' ', cohort.Statement.Members.Select(member => member.Participant))}");
        if (!cohort.Statement.Members.Select(member => member.ManifestDigest).SequenceEqual(summed))
        {
            Broken(3, $"{bank} opened a sum that is not of the banks it names");
        }

        // What a dishonest member signs for counts as its own: it could have put it into its update.
        if (added is not null && !(_scenario.DishonestBank && cohort.Statement.Has(Scenario.BankId(0))))
        {
            Broken(3, $"{bank} opened a sum to which the aggregator added something");
        }

        if (!_scenario.OneSumARound)
        {
            return;
        }

        int round = cohort.Statement.Attempt.Round.Value;
        if (!_states.TryAdd(round, state) && _states[round] != state)
        {
            Broken(3, $"{bank} reached another state than the others in round {round}");
        }
    }

    /// <summary>
    /// An attempt that was opened without the session keys of honest key holders, who were away, and cannot be given up any
    /// more: a dishonest one whose key it was opened with approved and does not release.
    /// </summary>
    private bool IsLeftToDishonestHolders => _aggregator!.Round.Phase == RoundPhase.Releasing
        && Enumerable.Range(_scenario.DishonestHolders, _scenario.KeyHolders - _scenario.DishonestHolders)
            .Count(holder => SessionKeyList.Has(_aggregator.Round.SessionKeys, holder)) < _scenario.Threshold;

    /// <summary>
    /// With an honest aggregator and T key holders alive, all that was lost, doubled and interrupted is made up for.
    /// </summary>
    private void Settle()
    {
        if (_scenario.DishonestAggregator || _scenario.DishonestBank || _scenario.ForgetfulHolders > 0 || _bent.Count > 0
            || _scenario.DishonestHolders > _scenario.KeyHolders - _scenario.Threshold)
        {
            return;
        }

        SendControl(SessionAction.Resume);
        for (int i = 0; i < 60 && !(Completed && _aggregator!.IsCompleted) && !_stalled && !IsSpoilerNamed; i++)
        {
            for (int waiting = _network.Count; waiting > 0; waiting--)
            {
                Deliver(0, keep: false);
            }

            if (_network.Count == 0)
            {
                Tick(11_000);
            }
        }

        if (IsSpoilerNamed)
        {
            SpoilersNamed++;
        }
        else if (_stalled ? _scenario.Rule == CohortRule.Fixed : !Completed && !IsLeftToDishonestHolders)
        {
            Broken(4, _stalled ? "the session stalled" : "the session did not finish");
        }
        else if (_aggregator!.IsCompleted)
        {
            Tick(4 * 61_000);
            if (_keptShares.Count > 0)
            {
                Broken(5, "the aggregator keeps key shares of a session that is over");
            }
        }
    }
}
