using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;
using Consortium.Learning.Features;
using Consortium.Primitives;
using Consortium.Protocol.Scoring;
using Consortium.Scoring.Client;

namespace Consortium.Scoring.Tests;

/// <summary>What a client gets, and what survives restarts, doubled batches, lost answers and full disks.</summary>
public sealed class ScorerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Score_RowsOverTls_AreTheQuantisedModelsLogOddsAndEveryBatchHasAReceipt()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using ScoringClient client = scorer.Client();
        FeatureMatrix rows = TestModel.Rows(38);
        await client.RegisterAsync(None);
        OfferedModel offer = Assert.Single(await client.OffersAsync(None));

        double[] logOdds = await client.ScoreAsync(offer, rows, progress: null, None);

        Assert.Equal(TestScorer.Model.LogOdds(rows), logOdds);
        Assert.Equal((40, 0), (offer.Quota, offer.Used));
        Assert.Equal(40, Assert.Single(await client.OffersAsync(None)).Used);
        ScoreReceipt[] receipts = [.. client.Receipts.Select(envelope => ScoreReceipt.FromBytes(envelope.Payload.Span))];
        Assert.Equal([(1L, 20), (2L, 20)], receipts.Select(receipt => (receipt.Sequence, receipt.Payments)));
        Assert.Equal(client.Receipts[0].PayloadDigest, receipts[1].Previous);
        Assert.All(client.Receipts, envelope => Assert.True(
            envelope.IsSignedBy(TestScorer.Parties.Identity(TestParties.Scorer).Public)
            && envelope.IsSignedBy(TestScorer.Parties.Identity(TestParties.First).Public)));
    }

    [Fact]
    public async Task Score_BeyondTheQuota_IsRejectedAndAnotherClientIsNot()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var first = new RawClient(scorer);
        using var second = new RawClient(scorer, TestParties.Second);
        Assert.Equal(204, (await first.RegisterAsync()).Status);
        Assert.Equal(204, (await second.RegisterAsync()).Status);
        Assert.Equal(200, (await first.ScoreAsync(RawClient.FreshBatch(), first.Queries(5))).Status);
        Assert.Equal(200, (await first.ScoreAsync(RawClient.FreshBatch(), first.Queries(4))).Status);

        Assert.Equal((403, "quota"), (await first.ScoreAsync(RawClient.FreshBatch(), first.Queries(2))).Problem);

        Assert.Equal(36, await first.UsedAsync());
        Assert.Equal(200, (await first.ScoreAsync(RawClient.FreshBatch(), first.Queries(1))).Status);
        Assert.Equal(200, (await second.ScoreAsync(RawClient.FreshBatch(), second.Queries(5))).Status);
    }

    [Fact]
    public async Task Score_SameBatchAgain_IsChargedOnceEvenAfterARestart()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        await client.RegisterAsync();
        string batch = RawClient.FreshBatch();
        byte[] queries = client.Queries(3);
        RawAnswer first = await client.ScoreAsync(batch, queries);

        await scorer.RestartAsync();
        RawAnswer again = await client.ScoreAsync(batch, queries);

        Assert.Equal((200, 200), (first.Status, again.Status));
        Assert.Equal(first.Receipt, again.Receipt);
        Assert.NotEqual(first.Body, again.Body);
        Assert.Equal(12, await client.UsedAsync());
        Assert.Equal((409, "batch-known"), (await client.ScoreAsync(batch, client.Queries(3))).Problem);
        for (int repeat = 1; repeat < Meter.MostRepeats; repeat++)
        {
            Assert.Equal(200, (await client.ScoreAsync(batch, queries)).Status);
        }

        Assert.Equal((409, "repeated"), (await client.ScoreAsync(batch, queries)).Problem);
        Assert.Equal(12, await client.UsedAsync());
    }

    [Fact]
    public async Task Score_ManyTimesAtOnce_IsChargedOnce()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        await client.RegisterAsync();
        string batch = RawClient.FreshBatch();
        byte[] queries = client.Queries(2);

        RawAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => client.ScoreAsync(batch, queries)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        Assert.Single(answers.Select(answer => answer.Receipt).Distinct());
        Assert.Equal(8, await client.UsedAsync());
    }

    [Fact]
    public async Task Score_DiskFull_ChargesNothingAndGoesOnOnceThereIsSpace()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        await client.RegisterAsync();
        string batch = RawClient.FreshBatch();
        byte[] queries = client.Queries(2);
        scorer.Fault = point =>
        {
            if (point == "database:committing")
            {
                throw new StorageException(StorageFault.DiskFull, "The disk is full.");
            }
        };

        RawAnswer full = await client.ScoreAsync(batch, queries);
        scorer.Fault = _ => { };

        Assert.Equal((507, "disk-full"), full.Problem);
        Assert.Null(full.Receipt);
        Assert.Equal(0, await client.UsedAsync());
        Assert.Equal(200, (await client.ScoreAsync(batch, queries)).Status);
        Assert.Equal(8, await client.UsedAsync());
    }

    [Fact]
    public async Task Score_AnswerLostAfterTheCommit_KeepsTheReceiptAndTheClientGetsItsScores()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using ScoringClient client = scorer.Client();
        await client.RegisterAsync(None);
        OfferedModel offer = Assert.Single(await client.OffersAsync(None));
        int failures = 0;
        scorer.Fault = point =>
        {
            if (point == "database:committed" && Interlocked.Increment(ref failures) == 1)
            {
                throw new StorageException(StorageFault.Unavailable, "The answer is lost.");
            }
        };
        FeatureMatrix rows = TestModel.Rows(7);

        double[] logOdds = await client.ScoreAsync(offer, rows, progress: null, None);

        Assert.Equal(TestScorer.Model.LogOdds(rows), logOdds);
        Assert.Equal(8, Assert.Single(await client.OffersAsync(None)).Used);
        Assert.Single(client.Receipts);
    }

    [Fact]
    public async Task Receipts_AfterAPlace_AreTheRestOfTheChain()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        using var other = new RawClient(scorer, TestParties.Second);
        await client.RegisterAsync();
        await other.RegisterAsync();
        string[] batches = [RawClient.FreshBatch(), RawClient.FreshBatch(), RawClient.FreshBatch()];
        foreach (string batch in batches)
        {
            await client.ScoreAsync(batch, client.Queries(1));
        }

        ScoreReceipt[] all = await PageAsync(client, "v1/receipts"), rest = await PageAsync(client, "v1/receipts?after=1");

        Assert.Equal(batches, all.Select(receipt => receipt.Batch));
        Assert.Equal([2L, 3L], rest.Select(receipt => receipt.Sequence));
        Assert.Empty(await PageAsync(other, "v1/receipts"));
        Assert.Equal(400, (await client.SendAsync(HttpMethod.Get, "v1/receipts?after=-1")).Status);
        Assert.Equal(404, (await other.SendAsync(HttpMethod.Post, $"v1/receipts/{batches[0]}", new byte[3373])).Status);
        Assert.Equal(400, (await client.SendAsync(HttpMethod.Post, $"v1/receipts/{batches[0]}", new byte[3373])).Status);
    }

    [Fact]
    public async Task Start_OnAStorageInUse_Ends()
    {
        var storage = new MemoryStorage();
        await using TestScorer scorer = await TestScorer.StartAsync(storage);

        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => TestScorer.StartAsync(storage));

        Assert.Equal(StorageFault.InUse, exception.Fault);
    }

    private static async Task<ScoreReceipt[]> PageAsync(RawClient client, string path)
    {
        RawAnswer answer = await client.SendAsync(HttpMethod.Get, path);
        using var page = System.Text.Json.JsonDocument.Parse(answer.Body);
        return
        [
            .. page.RootElement.GetProperty("receipts").EnumerateArray().Select(receipt => ScoreReceipt.FromBytes(
                SignedEnvelope.FromJson(System.Text.Encoding.UTF8.GetBytes(receipt.GetRawText())).Payload.Span)),
        ];
    }
}
