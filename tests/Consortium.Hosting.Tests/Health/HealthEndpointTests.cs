using System.Net;
using System.Text;
using Consortium.Hosting.Health;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Configuration;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Health;

public sealed class HealthEndpointTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_SomethingIsAmiss_SaysWhatAndRecovers()
    {
        bool good = false;
        await using HealthEndpoint endpoint = await StartAsync(
            () => [new HealthItem("bus", good, good ? "connected" : "the broker is away")]);
        using var client = new HttpClient { BaseAddress = endpoint.Address };

        HttpResponseMessage amiss = await client.GetAsync("/ready", Cancellation);
        good = true;
        HttpResponseMessage recovered = await client.GetAsync("/ready", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, amiss.StatusCode);
        Assert.Contains("the broker is away", await amiss.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, recovered.StatusCode);
    }

    [Theory]
    [InlineData("/health", HttpStatusCode.OK)]
    [InlineData("/ready", HttpStatusCode.ServiceUnavailable)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/elsewhere", HttpStatusCode.NotFound)]
    public async Task Head_AnyPath_AnswersAsGetWithoutABody(string path, HttpStatusCode expected)
    {
        await using HealthEndpoint endpoint = await StartAsync(() => [new HealthItem("bus", false, "the broker is away")]);
        using var client = new HttpClient { BaseAddress = endpoint.Address };

        HttpResponseMessage head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancellation);
        HttpResponseMessage get = await client.GetAsync(path, Cancellation);

        Assert.Equal(expected, head.StatusCode);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Post_Anything_IsRejectedAndTheAllowedMethodsAreNamed()
    {
        await using HealthEndpoint endpoint = await StartAsync(() => []);
        using var client = new HttpClient { BaseAddress = endpoint.Address };

        HttpResponseMessage answer = await client.PostAsync("/ready", null, Cancellation);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Metrics_CounterMoves_IsShownInPrometheusText()
    {
        await using HealthEndpoint endpoint = await StartAsync(() => []);
        using var client = new HttpClient { BaseAddress = endpoint.Address };
        Instruments.FramesRejected.Add(3, new KeyValuePair<string, object?>("reason", "a \"b\"\n"));

        string text = await client.GetStringAsync("/metrics", Cancellation);

        Assert.Contains("# TYPE consortium_bus_frames_rejected_total counter", text, StringComparison.Ordinal);
        Assert.Contains("consortium_bus_frames_rejected_total{reason=\"a \\\"b\\\"\\n\"} 3", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortIsTaken_NamesTheSettingAndThePort()
    {
        await using HealthEndpoint first = await StartAsync(() => []);

        var problem = await Assert.ThrowsAsync<InvalidConfigurationException>(
            () => HealthEndpoint.StartAsync(new IPEndPoint(IPAddress.Loopback, first.Address.Port), () => [], Cancellation));

        Assert.Contains("Consortium__Health", problem.Message, StringComparison.Ordinal);
        Assert.Contains(first.Address.Authority, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_HundredsOfConnectionsThatSendAByteNowAndThen_IsAnsweredAndTheyAreClosed()
    {
        await using HealthEndpoint endpoint = await StartAsync(() => []);
        await using SlowDrip drip = await SlowDrip.StartAsync(
            endpoint.Address.Port, 300, Encoding.ASCII.GetBytes("GET /health HTTP/1.1\r\nHost: a\r\nX: y"), Cancellation);
        using var client = new HttpClient { BaseAddress = endpoint.Address };

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/ready", Cancellation)).StatusCode);

        await Wait.UntilAsync(() => drip.Open == 0, Cancellation, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("GET", "/health", HttpStatusCode.OK)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/health/../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("POST", "/ready", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_ByMethodAndPath(string method, string path, HttpStatusCode expected)
    {
        await using HealthEndpoint endpoint = await StartAsync(() => []);
        using var client = new HttpClient { BaseAddress = endpoint.Address };

        HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancellation);

        Assert.Equal(expected, response.StatusCode);
    }

    private static Task<HealthEndpoint> StartAsync(Func<IReadOnlyList<HealthItem>> inspect) =>
        HealthEndpoint.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), inspect, Cancellation);
}
