using Consortium.Cryptography.Scoring;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;

namespace Consortium.Scoring.Tests;

/// <summary>What is hostile or wrong gets a problem-details answer with the reason, and nothing is charged.</summary>
public sealed class RejectionTests
{
    [Fact]
    public async Task Score_HostileBatches_AreRejectedAndTheNextOneServed()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        await client.RegisterAsync();
        byte[] queries = client.Queries(1), residues = [.. queries];
        residues.AsSpan(ScoringParameters.SeedBytes, 4000).Fill(0xFF);
        string batch = RawClient.FreshBatch();

        Assert.Equal((400, "malformed"), (await client.ScoreAsync(batch, [])).Problem);
        Assert.Equal((400, "malformed"), (await client.ScoreAsync(batch, queries[1..])).Problem);
        Assert.Equal((400, "malformed"), (await client.ScoreAsync(batch, residues)).Problem);
        Assert.Equal((413, "too-large"), (await client.ScoreAsync(batch, client.Queries(6))).Problem);
        Assert.Equal((400, "malformed"), (await client.ScoreAsync("x", queries)).Problem);
        Assert.Equal((404, "not-found"), (await client.ScoreAsync(batch, queries, new string('0', 64))).Problem);
        Assert.Equal(0, await client.UsedAsync());

        Assert.Equal(200, (await client.ScoreAsync(batch, queries)).Status);
        Assert.Equal((409, "seed-seen"), (await client.ScoreAsync(RawClient.FreshBatch(), queries)).Problem);
        Assert.Equal(
            (409, "seed-seen"), (await client.ScoreAsync(RawClient.FreshBatch(), [.. client.Queries(1), .. queries])).Problem);
        Assert.Equal(4, await client.UsedAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic eDp4")]
    [InlineData("Bearer x")]
    [InlineData("Bearer 00.00")]
    public async Task Offers_WithoutAKeysToken_AreRejected(string authorization)
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        await client.RegisterAsync();

        Assert.Equal(
            (401, "not-authorized"), (await client.SendAsync(HttpMethod.Get, "v1/offers", authorization: authorization)).Problem);
        Assert.Equal(
            (401, "not-authorized"),
            (await client.SendAsync(
                HttpMethod.Get, "v1/offers",
                authorization: $"Bearer {client.Registration.Id}.{new string('0', 64)}")).Problem);
    }

    [Fact]
    public async Task Register_WrongWord_IsRejectedWithTheReason()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        using var client = new RawClient(scorer);
        KeyRegistration good = client.Registration;
        const long Hour = 3_600_000;

        Assert.Equal((401, "not-authorized"), (await client.RegisterAsync(signer: TestParties.Second)).Problem);
        Assert.Equal((400, "malformed"), (await client.RegisterAsync(id: new string('0', 64))).Problem);
        Assert.Equal((400, "malformed"), (await client.RegisterAsync(id: "x")).Problem);
        Assert.Equal(
            (409, "other-consortium"),
            (await With(good with { Consortium = new ConsortiumDigest(Digest.Of("x"u8)) })).Problem);
        Assert.Equal((403, "not-enrolled"), (await With(good with { Client = new PartyId(TestParties.Outsider) })).Problem);
        Assert.Equal(
            (409, "clock"),
            (await With(good with { IssuedAt = good.IssuedAt + Hour, ExpiresAt = good.ExpiresAt + Hour })).Problem);
        Assert.Equal(
            (409, "expired"),
            (await With(good with { IssuedAt = good.IssuedAt - (2 * Hour), ExpiresAt = good.IssuedAt - Hour })).Problem);
        Assert.Equal((400, "malformed"), (await With(good with { ExpiresAt = good.IssuedAt + (26 * Hour) })).Problem);
        Assert.Equal((400, "malformed"), (await With(good with { PublicKey = good.PublicKey[1..] })).Problem);
        Assert.Equal(
            (400, "malformed"), (await client.SendAsync(HttpMethod.Put, $"v1/keys/{good.Id}", new byte[3400])).Problem);
        Assert.Equal(
            (413, "too-large"), (await client.SendAsync(HttpMethod.Put, $"v1/keys/{good.Id}", new byte[1 << 17])).Problem);

        Assert.Equal(204, (await With(good)).Status);
        Assert.Equal(204, (await With(good)).Status);
        Assert.Equal((409, "key-known"), (await With(good with { Token = Digest.Of("other"u8) })).Problem);

        Task<RawAnswer> With(KeyRegistration registration)
        {
            client.Registration = registration;
            return client.RegisterAsync();
        }
    }

    [Fact]
    public async Task Request_BeyondTheRate_IsToldToComeLater()
    {
        await using TestScorer scorer = await TestScorer.StartAsync(requestsPerMinute: 2);
        using var client = new RawClient(scorer);
        await client.RegisterAsync();
        await client.UsedAsync();

        Assert.Equal((429, "rate"), (await client.SendAsync(HttpMethod.Get, "v1/offers")).Problem);
    }
}
