using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Scoring;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Sqlite;
using Consortium.Learning.Cells;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;
using Consortium.Scoring;
using Consortium.Scoring.Tests;
using Consortium.Testing;
using Microsoft.Extensions.Hosting;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// The scorer over HTTP/2 with TLS on loopback, client and server on one pinned processor: batches of 256 payments of 9,270
/// cells, charged durably.
/// </summary>
internal static class ScorerFigures
{
    private const int Batches = 4;
    private const int BatchPayments = 256;
    private const int Groups = 309;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static void Measure(FigureReport report) => MeasureAsync(report).GetAwaiter().GetResult();

    private static async Task MeasureAsync(FigureReport report)
    {
        var parties = new TestParties();
        CellModel model = Model();
        using var certificates = new TestCertificates();
        string folder = Directory.CreateTempSubdirectory("consortium-scorer-").FullName;
        try
        {
            int port = FreePorts.Take();
            using IHost host = Start(parties, model, certificates, folder, port);
            await host.StartAsync();
            await Wait.UntilAsync(() => IsListening(port), CancellationToken.None);
            using HttpClient http = Connect(certificates, port);
            ScoringParameters parameters = ScoringParameters.Fine(model.Shape.CellCount, 1);
            using ScoringKey key = ScoringKey.Generate(RandomSource.OperatingSystem);
            string bearer = await RegisterAsync(http, parties, key);
            byte[][] batches = [.. Enumerable.Range(0, Batches).Select(_ => Encrypt(key, parameters, model))];

            // Tiered compilation swaps optimised code in step by step.
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < WarmUp)
            {
                await SendAsync(http, bearer, model, Encrypt(key, parameters, model));
            }

            start = Stopwatch.GetTimestamp();
            foreach (byte[] batch in batches)
            {
                await SendAsync(http, bearer, model, batch);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            report.Add("service_payments_per_s", Batches * BatchPayments / seconds, ">= 3000, both sides on one processor");
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CellModel Model()
    {
        float[] edges = [.. Enumerable.Range(0, 28).Select(edge => (float)edge)];
        var shape = new CellShape(1, new byte[32], [.. Enumerable.Repeat(CellGroup.OfBins(0, edges), Groups)]);
        double[] values = [.. Enumerable.Range(0, shape.CellCount).Select(cell => ((cell % 11) - 5) * 0.01)];
        return CellModel.Quantise(new CellTable(shape, [.. values], Base: -6), largestScore: 4104);
    }

    private static IHost Start(
        TestParties parties, CellModel model, TestCertificates certificates, string folder, int port)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        ScorerDaemon.AddTo(
            builder,
            new DaemonOptions
            {
                Configuration = parties.Configuration,
                Identity = parties.Identity(TestParties.Scorer),
                Storage = new FolderStorage(folder),
                Ledger = string.Empty,
                JoinBus = ScorerDaemon.NoTransport(null!, parties.Configuration),
            },
            new ScorerOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, port),
                Certificate = certificates.Server.CopyWithKey(certificates.ServerKeyPem),
                Offers = [new Offer(model, payments: 1, quota: 1_000_000, mostQueries: BatchPayments)],
            });
        return builder.Build();
    }

    private static HttpClient Connect(TestCertificates certificates, int port)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(certificates.Root);
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{port}/"),
            DefaultRequestVersion = HttpVersion.Version20,
        };
    }

    private static async Task<bool> IsListening(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> RegisterAsync(HttpClient http, TestParties parties, ScoringKey key)
    {
        byte[] token = RandomNumberGenerator.GetBytes(32);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var registration = new KeyRegistration
        {
            Consortium = parties.Configuration.Digest,
            Client = new PartyId(TestParties.First),
            Token = Digest.Of(token),
            IssuedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = now.AddHours(1).ToUnixTimeMilliseconds(),
            PublicKey = key.PublicKey.ToArray(),
        };
        using HttpResponseMessage answer = await http.PutAsync(
            $"v1/keys/{registration.Id}", new ByteArrayContent(registration.Sign(parties.Identity(TestParties.First))));
        answer.EnsureSuccessStatusCode();
        return $"{registration.Id}.{Convert.ToHexStringLower(token)}";
    }

    private static byte[] Encrypt(ScoringKey key, ScoringParameters parameters, CellModel model)
    {
        using var encryptor = new QueryEncryptor(key, parameters, RandomSource.OperatingSystem);
        byte[] cells = new byte[parameters.Cells], queries = new byte[BatchPayments * parameters.QueryBytes];
        for (int group = 0; group < Groups; group++)
        {
            cells[model.Shape.FirstCell(group) + (group % 30)] = 1;
        }

        for (int payment = 0; payment < BatchPayments; payment++)
        {
            encryptor.Encrypt(cells, queries.AsSpan(payment * parameters.QueryBytes, parameters.QueryBytes));
        }

        return queries;
    }

    private static async Task SendAsync(HttpClient http, string bearer, CellModel model, byte[] queries)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"v1/scores?model={Convert.ToHexStringLower(model.Digest.Span)}"
                + $"&batch={Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}")
        {
            Content = new ByteArrayContent(queries),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using HttpResponseMessage answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }
}
