using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.RateLimiting;
using Consortium.Protocol.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consortium.Scoring;

/// <summary>
/// Where clients connect: HTTP/1.1 and HTTP/2 over TLS, with bounds on connections, bytes, rate and concurrency.
/// </summary>
internal sealed class ScorerListener : IAsyncDisposable
{
    private const int MostConnections = 1024;
    private const int MostStreams = 32;

    /// <summary>Of a stream: batches are long, and small windows would have them wait for every few frames.</summary>
    private const int WindowBytes = 1 << 20;

    private const int FrameBytes = 1 << 18;
    private const long MostBodyBytes = 1 << 26;

    /// <summary>Batches that wait for a turn, for each that is being scored.</summary>
    private const int QueueFactor = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly WebApplication _application;

    private ScorerListener(WebApplication application) => _application = application;

    /// <summary>Where it listens; the port is a free one if 0 was asked for.</summary>
    public Uri Address => new(
        _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public IReadOnlyList<Microsoft.AspNetCore.Routing.RouteEndpoint> Endpoints =>
    [
        .. _application.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>(),
    ];

    /// <exception cref="InvalidConfigurationException">Something else listens there, or nothing may.</exception>
    public static async Task<ScorerListener> StartAsync(
        ScorerOptions options, ScorerEndpoints endpoints, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.Services.AddRateLimiter(limiter => Limit(limiter, options));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = Patience;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MostStreams;
            kestrel.Limits.Http2.InitialStreamWindowSize = WindowBytes;
            kestrel.Limits.Http2.InitialConnectionWindowSize = 2 * WindowBytes;
            kestrel.Limits.Http2.MaxFrameSize = FrameBytes;
            kestrel.Listen(options.Listen, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(options.Certificate, https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
            });
        });
        WebApplication application = builder.Build();
        application.UseRouting();
        application.UseRateLimiter();
        endpoints.Map(application);
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            await application.DisposeAsync();
            if (exception is IOException or SocketException)
            {
                throw new InvalidConfigurationException(
                    "The setting Consortium__Listen",
                    [new Problem(
                        "Listen",
                        $"{options.Listen} cannot be listened on: {exception.Message} Name a free port, or stop what uses it.")]);
            }

            throw;
        }

        return new ScorerListener(application);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Limit(RateLimiterOptions limiter, ScorerOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = async (context, cancellationToken) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "1";
            ScorerInstruments.Refusals.Add(1, new KeyValuePair<string, object?>("kind", "rate"));
            IResult answer = new Refusal(
                StatusCodes.Status429TooManyRequests, "rate", "Too many requests at once or in a minute. Send it again later.")
                .ToResult();
            await answer.ExecuteAsync(context.HttpContext);
        };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
            context => RateLimitPartition.GetTokenBucketLimiter(
                Asker(context),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = options.RequestsPerMinute,
                    TokensPerPeriod = options.RequestsPerMinute,
                    ReplenishmentPeriod = TimeSpan.FromMinutes(1),
                    QueueLimit = 0,
                }));
        limiter.AddConcurrencyLimiter(ScorerEndpoints.BatchPolicy, concurrency =>
        {
            concurrency.PermitLimit = options.ConcurrentBatches;
            concurrency.QueueLimit = QueueFactor * options.ConcurrentBatches;
            concurrency.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
        });
    }

    /// <summary>By address: whoever shows a key of someone else's must not use up that one's rate.</summary>
    private static string Asker(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? string.Empty;
}
