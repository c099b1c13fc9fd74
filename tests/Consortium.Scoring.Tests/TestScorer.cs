using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;
using Consortium.Learning.Cells;
using Consortium.Learning.Features;
using Consortium.Protocol.Configuration;
using Consortium.Scoring.Client;
using Consortium.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Scoring.Tests;

/// <summary>
/// A scorer on loopback with TLS, in a consortium of its own with two clients; it can be restarted on its storage.
/// </summary>
internal sealed class TestScorer : IAsyncDisposable
{
    public const int Quota = 40;

    private static readonly TestCertificates Certificates = new();

    private readonly IStorage _storage;
    private readonly TimeProvider _time;
    private readonly int _requestsPerMinute;
    private ScorerDaemon _daemon;
    private ScorerListener _listener;

    private TestScorer(IStorage storage, TimeProvider time, int requestsPerMinute)
    {
        (_storage, _time, _requestsPerMinute, _daemon, _listener) = (storage, time, requestsPerMinute, null!, null!);
        Http = null!;
    }

    public static TestParties Parties { get; } = new();

    public static CellModel Model { get; } = TestModel.Create(seed: 1);

    /// <summary>What a client has to trust.</summary>
    public static string RootPem => Certificates.Root.ExportCertificatePem();

    public HttpClient Http { get; private set; }

    public ScorerListener Listener => _listener;

    /// <summary>What happens at each named point around storage.</summary>
    public FaultPoint Fault { get; set; } = FaultPoints.None;

    public static async Task<TestScorer> StartAsync(
        IStorage? storage = null, TimeProvider? time = null, int requestsPerMinute = 10_000)
    {
        var scorer = new TestScorer(storage ?? new MemoryStorage(), time ?? TimeProvider.System, requestsPerMinute);
        await scorer.StartAsync();
        return scorer;
    }

    public ScoringClient Client(string name = TestParties.First) =>
        new(Http, Parties.Configuration, new PartyId(name), Parties.Identity(name), _time);

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        (_storage as IDisposable)?.Dispose();
    }

    private async Task StartAsync()
    {
        var options = new DaemonOptions
        {
            Configuration = Parties.Configuration,
            Identity = Parties.Identity(TestParties.Scorer),
            Storage = _storage,
            Ledger = string.Empty,
            JoinBus = ScorerDaemon.NoTransport(null!, Parties.Configuration),
        };
        var own = new ScorerOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Certificate = Certificates.Server.CopyWithKey(Certificates.ServerKeyPem),
            Offers = [new Offer(Model, payments: 4, Quota, mostQueries: 5)],
            RequestsPerMinute = _requestsPerMinute,
        };
        _daemon = new ScorerDaemon(
            options, own, NullLoggerFactory.Instance, _time, point => Fault(point), lifetime: null);
        await _daemon.StartAsync(CancellationToken.None);
        _listener = await _daemon.Listening.WaitAsync(TimeSpan.FromSeconds(30));
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(Certificates.Root);
        Http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{_listener.Address.Port}/"),
            DefaultRequestVersion = HttpVersion.Version20,
        };
        Http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
    }

    private async Task StopAsync()
    {
        Http.Dispose();
        await _daemon.StopAsync(CancellationToken.None);
        _daemon.Dispose();
    }
}
