using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using DisputeStep = Consortium.Protocol.Step<Consortium.Protocol.Rounds.SumDispute, Consortium.Protocol.Rounds.AggregatorEffect>;

namespace Consortium.Protocol.Rounds;

/// <summary>
/// What members say about a released sum that does not open, as the aggregator sees it: who disputes it where, which opening
/// proofs came, and which of them were judged. When most members dispute one place, every member is asked to prove its opening
/// there, each proof goes to the key holder that it is for, and each verdict to every member and the operator. The first
/// statement of each party counts; whoever repeats it is answered again, so that a lost message costs time and nothing else.
/// Immutable; transitions are pure.
/// </summary>
public sealed record SumDispute
{
    /// <summary>The cohort whose sum it is.</summary>
    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>By bank.</summary>
    public ImmutableSortedDictionary<PartyId, Signed<SumDisputed>> Disputes { get; init; } =
        ImmutableSortedDictionary<PartyId, Signed<SumDisputed>>.Empty;

    /// <summary>Digest of the manifest of each opening proof, by the bank that made it and the key holder it is for.</summary>
    public ImmutableSortedDictionary<(PartyId Bank, PartyId Holder), Digest> OpeningProofDigests { get; init; } =
        ImmutableSortedDictionary<(PartyId Bank, PartyId Holder), Digest>.Empty;

    /// <summary>The opening proofs that were judged.</summary>
    public ImmutableSortedSet<(PartyId Bank, PartyId Holder)> Judged { get; init; } = [];

    /// <summary>What every member is sent once more than half of them dispute one place; null before.</summary>
    public DisputeRelayed? Agreed
    {
        get
        {
            ImmutableArray<Signed<SumDisputed>> leading =
            [
                .. Disputes.Values.GroupBy(dispute => dispute.Statement.Place).MaxBy(group => group.Count())
                    ?? Enumerable.Empty<Signed<SumDisputed>>(),
            ];
            return DisputeConsistency.Of(Cohort, leading) is null
                ? new DisputeRelayed { Cohort = Cohort, Disputes = leading }
                : null;
        }
    }

    private ImmutableArray<PartyId> Members => [.. Cohort.Statement.Members.Select(member => member.Participant)];

    /// <summary>A bank cannot open the sum.</summary>
    public DisputeStep Receive(Authentic<Signed<SumDisputed>> disputed)
    {
        Signed<SumDisputed> message = disputed.Message;
        if (!Cohort.Statement.Has(message.Sender))
        {
            return new(this, []);
        }

        SumDispute next = Disputes.ContainsKey(message.Sender)
            ? this
            : this with { Disputes = Disputes.Add(message.Sender, message) };
        return
            next.Agreed is not { } agreed ? new(next, [])
            : Agreed is not null ? new(next, [new AggregatorEffect.SendDispute([message.Sender], agreed)])
            : new(next, [new AggregatorEffect.SendDispute(Members, agreed), new AggregatorEffect.ForwardToOperator(agreed)]);
    }

    /// <summary>A bank proves its opening of the disputed place to one key holder.</summary>
    public DisputeStep Submit(Authentic<OpeningProofSubmitted> submitted)
    {
        OpeningProofSubmitted proof = submitted.Message;
        if (!Cohort.Statement.Has(proof.Sender) || Agreed?.Place != proof.Manifest.Statement.Place)
        {
            return new(this, []);
        }

        (PartyId Bank, PartyId Holder) key = (proof.Sender, proof.Holder);
        ImmutableArray<AggregatorEffect> relay =
            Judged.Contains(key) ? [] : [new AggregatorEffect.RelayOpeningProof(Cohort, key.Bank, key.Holder)];
        return OpeningProofDigests.ContainsKey(key)
            ? new(this, relay)
            : new(
                this with { OpeningProofDigests = OpeningProofDigests.Add(key, proof.Digest) },
                [new AggregatorEffect.KeepOpeningProof(proof), .. relay]);
    }

    /// <summary>A key holder judged an opening proof.</summary>
    public DisputeStep Judge(Authentic<Signed<OpeningProofJudged>> judged)
    {
        (PartyId Bank, PartyId Holder) key = (judged.Message.Statement.Bank, judged.Message.Sender);
        bool isNews = OpeningProofDigests.TryGetValue(key, out Digest proof)
            && proof == judged.Message.Statement.OpeningProofDigest && !Judged.Contains(key);
        return isNews
            ? new(
                this with { Judged = Judged.Add(key) },
                [
                    new AggregatorEffect.SendVerdict(Members, judged.Message),
                    new AggregatorEffect.ForwardToOperator(judged.Message),
                ])
            : new(this, []);
    }

    internal static SumDispute Read(ref CanonicalReader reader, Signed<Cohort> cohort)
    {
        ImmutableArray<Signed<SumDisputed>> disputes =
            Lists.Statements<SumDisputed>(ref reader, reader.Limits.Participants, "disputes");
        int most = reader.Limits.Participants * reader.Limits.KeyHolders;
        var proofs = ImmutableSortedDictionary.CreateBuilder<(PartyId, PartyId), Digest>();
        for (int i = reader.Count(most, Digest.Length, "opening proofs"); i > 0; i--)
        {
            proofs[(reader.Party(), reader.Party())] = reader.Digest();
        }

        var judged = ImmutableSortedSet.CreateBuilder<(PartyId, PartyId)>();
        for (int i = reader.Count(most, 2, "verdicts"); i > 0; i--)
        {
            judged.Add((reader.Party(), reader.Party()));
        }

        return new SumDispute
        {
            Cohort = cohort,
            Disputes = disputes.ToImmutableSortedDictionary(dispute => dispute.Sender, dispute => dispute),
            OpeningProofDigests = proofs.ToImmutable(),
            Judged = judged.ToImmutable(),
        };
    }

    internal void Write(CanonicalWriter writer)
    {
        Lists.Write(writer, [.. Disputes.Values]);
        writer.Int32(OpeningProofDigests.Count);
        foreach (((PartyId bank, PartyId holder), Digest proof) in OpeningProofDigests)
        {
            writer.Party(bank);
            writer.Party(holder);
            writer.Digest(proof);
        }

        writer.Int32(Judged.Count);
        foreach ((PartyId bank, PartyId holder) in Judged)
        {
            writer.Party(bank);
            writer.Party(holder);
        }
    }
}
