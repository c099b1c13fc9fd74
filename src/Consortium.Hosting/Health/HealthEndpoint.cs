using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Consortium.Hosting.Telemetry;
using Consortium.Protocol.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Health;

/// <summary>
/// A daemon's window: <c>/health</c> says that the process answers, <c>/ready</c> whether all it needs is there and if not what
/// is amiss, <c>/metrics</c> counts. Each answers GET, and HEAD without a body. It shows no contents and takes no input.
/// </summary>
public sealed class HealthEndpoint : IAsyncDisposable
{
    // ASP.NET Core's own health checks and Prometheus packages add no bound to what Kestrel's limits below do: connections,
    // request bytes and patience.
    private const int MostConnections = 512;

    /// <summary>
    /// For a request to arrive, and for the next one: connections that send a byte now and then do not keep others out for long.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly MetricsText _metrics;

    private HealthEndpoint(WebApplication application, MetricsText metrics)
    {
        _application = application;
        _metrics = metrics;
    }

    /// <summary>Where it listens; the port is a free one if 0 was asked for.</summary>
    public Uri Address =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <param name="inspect">
    /// How each thing that the daemon needs stands. Called at every request for <c>/ready</c>: it must be quick.
    /// </param>
    /// <exception cref="InvalidConfigurationException">Something else listens there, or nothing may.</exception>
    public static async Task<HealthEndpoint> StartAsync(
        IPEndPoint listen, Func<IReadOnlyList<HealthItem>> inspect, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = Patience;
            kestrel.Limits.KeepAliveTimeout = Patience;
            kestrel.Listen(listen);
        });
        WebApplication application = builder.Build();
        var metrics = new MetricsText();
        application.Run(context => AnswerAsync(context, inspect, metrics));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            metrics.Dispose();
            await application.DisposeAsync();
            if (exception is IOException or SocketException)
            {
                throw new InvalidConfigurationException(
                    "The setting Consortium__Health",
                    [new Problem(
                        "Health",
                        $"{listen} cannot be listened on: {exception.Message} Name a free port, or stop what uses this one.")]);
            }

            throw;
        }

        return new HealthEndpoint(application, metrics);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _metrics.Dispose();
    }

    private static Task AnswerAsync(HttpContext context, Func<IReadOnlyList<HealthItem>> inspect, MetricsText metrics)
    {
        // Kestrel leaves the body of an answer to HEAD out, and keeps what its headers say of it.
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        switch (context.Request.Path.Value)
        {
            case "/health":
                return WriteAsync(context, StatusCodes.Status200OK, new JsonObject { ["status"] = "alive" });
            case "/ready":
                IReadOnlyList<HealthItem> items = inspect();
                bool ready = items.All(item => item.IsGood);
                var detail = new JsonObject(items.Select(item => KeyValuePair.Create<string, JsonNode?>(item.Name, item.Detail)));
                return WriteAsync(
                    context,
                    ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
                    new JsonObject { ["status"] = ready ? "ready" : "not ready", ["items"] = detail });
            case "/metrics":
                context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
                return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString() + "\n", context.RequestAborted);
    }
}
