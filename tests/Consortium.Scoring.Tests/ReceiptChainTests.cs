using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;

namespace Consortium.Scoring.Tests;

/// <summary>Each way to spoil a client's receipts is named.</summary>
public sealed class ReceiptChainTests
{
    private static readonly TestParties Parties = TestScorer.Parties;

    private static readonly PartyId Client = new(TestParties.First);

    [Fact]
    public void Check_WholeChainInAnyOrder_HasNoFault()
    {
        SignedEnvelope[] chain = Chain(4);

        ReceiptChain checkedChain = ReceiptChain.Check(Named(chain.Reverse()), Parties.Configuration, Client);

        Assert.Empty(checkedChain.Faults);
        Assert.Equal([1L, 2L, 3L, 4L], checkedChain.Receipts.Select(receipt => receipt.Sequence));
    }

    [Fact]
    public void Check_SpoiltChains_NameTheFault()
    {
        SignedEnvelope[] chain = Chain(4);
        byte[] altered = chain[1].Payload.ToArray();
        altered[^20] ^= 1;

        AssertFault("Receipt 3 is missing", [chain[0], chain[1], chain[3]]);
        AssertFault("Receipts 1 to 2 are missing", [chain[2], chain[3]]);
        AssertFault("doubled", [chain[0], chain[1], chain[1], chain[2]]);
        AssertFault("forged, or altered", [chain[0], chain[1] with { Payload = altered }, chain[2]]);
        AssertFault("forged, or altered", [Sign(Receipt(1, default), TestParties.Second), chain[1]]);
        AssertFault(
            "not countersigned", [SignedEnvelope.Sign(
                ScoreReceipt.MediaType, Receipt(1, Zeros).ToBytes(), Parties.Identity(TestParties.Scorer))]);
        AssertFault("names another receipt before it", [chain[0], Sign(Receipt(2, Digest.Of("x"u8)))]);
        AssertFault("two receipts 2 that differ", [chain[0], chain[1], Sign(Receipt(2, chain[0].PayloadDigest))]);
        AssertFault("a receipt of 'client-b'", [Sign(Receipt(1, Zeros) with { Client = new PartyId(TestParties.Second) })]);
    }

    private static Digest Zeros => new(new byte[Digest.Length]);

    private static void AssertFault(string expected, SignedEnvelope[] envelopes) => Assert.Contains(
        ReceiptChain.Check(Named(envelopes), Parties.Configuration, Client).Faults,
        fault => fault.Contains(expected, StringComparison.Ordinal));

    private static IEnumerable<(string, SignedEnvelope)> Named(IEnumerable<SignedEnvelope> envelopes) =>
        envelopes.Select((envelope, i) => ($"{i}.json", envelope));

    private static SignedEnvelope[] Chain(int count)
    {
        var chain = new SignedEnvelope[count];
        Digest previous = Zeros;
        for (int i = 0; i < count; i++)
        {
            chain[i] = Sign(Receipt(i + 1, previous));
            previous = chain[i].PayloadDigest;
        }

        return chain;
    }

    private static SignedEnvelope Sign(ScoreReceipt receipt, string scorer = TestParties.Scorer) => SignedEnvelope.Sign(
        ScoreReceipt.MediaType, receipt.ToBytes(), Parties.Identity(scorer)).WithSignatureOf(Parties.Identity(TestParties.First));

    private static ScoreReceipt Receipt(long sequence, Digest previous) => new()
    {
        Consortium = Parties.Configuration.Digest,
        Scorer = new PartyId(TestParties.Scorer),
        Client = Client,
        Sequence = sequence,
        Previous = previous,
        Batch = RawClient.FreshBatch(),
        Model = Digest.Of("model"u8),
        Request = Digest.Of("request"u8),
        Payments = 8,
        Time = 1_790_000_000_000 + sequence,
    };
}
