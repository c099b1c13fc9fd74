using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Scoring;

/// <summary>
/// A client's receipts as one chain, checked by whoever has them: each receipt is signed by both, has the place after the one
/// before it and names that one's digest.
/// </summary>
/// <param name="Receipts">Those that the scorer signed for this client, by place.</param>
/// <param name="Faults">What is forged, altered, doubled, missing or not countersigned, each named.</param>
public sealed record ReceiptChain(ImmutableArray<ScoreReceipt> Receipts, ImmutableArray<string> Faults)
{
    /// <summary>Checks receipts of one client, in any order. A chain that was cut at its end shows no fault here.</summary>
    /// <param name="envelopes">Each with a name for people, such as its file's.</param>
    /// <param name="configuration">The consortium of the scorer.</param>
    /// <param name="client">Whose they are.</param>
    public static ReceiptChain Check(
        IEnumerable<(string Name, SignedEnvelope Envelope)> envelopes, ConsortiumConfiguration configuration, PartyId client)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        ArgumentNullException.ThrowIfNull(configuration);
        Member member = configuration.FindClient(client)
            ?? throw new ArgumentException($"The configuration lists no client '{client}'.", nameof(client));
        var faults = ImmutableArray.CreateBuilder<string>();
        var found = new List<(string Name, ScoreReceipt Receipt, Digest Digest)>();
        foreach ((string name, SignedEnvelope envelope) in envelopes)
        {
            if (Read(name, envelope, configuration, client, faults) is not { } receipt)
            {
                continue;
            }

            if (!envelope.IsSignedBy(member.Identity))
            {
                faults.Add($"{name}: receipt {receipt.Sequence} is not countersigned by {client}.");
            }

            found.Add((name, receipt, envelope.PayloadDigest));
        }

        found.Sort((left, right) => left.Receipt.Sequence.CompareTo(right.Receipt.Sequence));
        var last = (Sequence: 0L, Digest: new Digest(new byte[Digest.Length]), Name: string.Empty);
        var receipts = ImmutableArray.CreateBuilder<ScoreReceipt>();
        foreach ((string name, ScoreReceipt receipt, Digest digest) in found)
        {
            if (receipt.Sequence == last.Sequence)
            {
                faults.Add(digest == last.Digest
                    ? $"{name}: receipt {receipt.Sequence} is doubled; {last.Name} has it too."
                    : $"{name}: there are two receipts {receipt.Sequence} that differ, this one and {last.Name}.");
                continue;
            }

            if (receipt.Sequence > last.Sequence + 1)
            {
                faults.Add(receipt.Sequence == last.Sequence + 2
                    ? $"Receipt {last.Sequence + 1} is missing."
                    : $"Receipts {last.Sequence + 1} to {receipt.Sequence - 1} are missing.");
            }
            else if (receipt.Previous != last.Digest)
            {
                faults.Add($"{name}: receipt {receipt.Sequence} names another receipt before it than {last.Name}.");
            }

            last = (receipt.Sequence, digest, name);
            receipts.Add(receipt);
        }

        return new ReceiptChain(receipts.ToImmutable(), faults.ToImmutable());
    }

    private static ScoreReceipt? Read(
        string name, SignedEnvelope envelope, ConsortiumConfiguration configuration, PartyId client,
        ImmutableArray<string>.Builder faults)
    {
        if (configuration.Scorer is not { } scorer || envelope.PayloadType != ScoreReceipt.MediaType
            || !envelope.IsSignedBy(scorer.Identity))
        {
            faults.Add($"{name}: the scorer did not sign this: it is forged, or altered since.");
            return null;
        }

        try
        {
            ScoreReceipt receipt = ScoreReceipt.FromBytes(envelope.Payload.Span);
            if (receipt.Client == client && receipt.Consortium == configuration.Digest && receipt.Sequence > 0)
            {
                return receipt;
            }

            faults.Add($"{name}: this is a receipt of '{receipt.Client}' under configuration {receipt.Consortium}.");
        }
        catch (MalformedDataException malformed)
        {
            faults.Add($"{name}: {malformed.Message}");
        }

        return null;
    }
}
