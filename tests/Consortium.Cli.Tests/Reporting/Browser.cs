using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Consortium.Cli.Tests.Reporting;

/// <summary>Headless Chromium with one page, spoken to by its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly string? Program =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly DirectoryInfo _profile;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private int _sent;

    private Browser(DirectoryInfo profile, Process process)
    {
        _profile = profile;
        _process = process;
    }

    public static bool IsInstalled => Program is not null;

    /// <summary>Whatever the console or the log of a page said, and exceptions in it.</summary>
    public List<string> RejectionNotices { get; } = [];

    public static async Task<Browser> StartAsync(CancellationToken cancellationToken)
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("consortium-chromium-");
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        string[] arguments =
        [
            "-c", $"exec \"$@\" >'{profile.FullName}/output.log' 2>&1 </dev/null", "sh", Program!, "--headless", "--no-sandbox",
            "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-dev-shm-usage", "--window-size=1200,1600", "--remote-debugging-port=0",
            $"--user-data-dir={profile.FullName}", "about:blank",
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var browser = new Browser(
            profile, Process.Start(start) ?? throw new InvalidOperationException("Chromium did not start."));
        try
        {
            await browser.ConnectAsync(cancellationToken);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads a page under a colour scheme and waits for it.</summary>
    public async Task OpenAsync(Uri page, string scheme, CancellationToken cancellationToken)
    {
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject
            {
                ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
            },
            cancellationToken);
        await CallAsync(
            "Page.navigate", new JsonObject { ["url"] = page.AbsoluteUri }, cancellationToken, until: "Page.loadEventFired");
    }

    public async Task<JsonElement> EvaluateAsync(string expression, CancellationToken cancellationToken)
    {
        JsonElement result = await CallAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true }, cancellationToken);
        return result.TryGetProperty("exceptionDetails", out JsonElement exception)
            ? throw new InvalidOperationException(exception.ToString())
            : result.GetProperty("result").GetProperty("value");
    }

    /// <summary>Keeps the whole page as a picture.</summary>
    public async Task CaptureAsync(string file, CancellationToken cancellationToken)
    {
        JsonElement result = await CallAsync(
            "Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = true }, cancellationToken);
        await File.WriteAllBytesAsync(file, result.GetProperty("data").GetBytesFromBase64(), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _profile.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(50); // its children may still be writing
            }
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        string portFile = Path.Combine(_profile.FullName, "DevToolsActivePort");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        string[] lines = [];
        while (lines.Length < 2)
        {
            if (_process.HasExited)
            {
                string output = await File.ReadAllTextAsync(Path.Combine(_profile.FullName, "output.log"), cancellationToken);
                throw new InvalidOperationException($"Chromium ended: {output}");
            }

            await Task.Delay(50, limit.Token);
            lines = File.Exists(portFile) ? await File.ReadAllLinesAsync(portFile, cancellationToken) : [];
        }

        using var http = new HttpClient();
        JsonElement targets = JsonDocument.Parse(
            await http.GetStringAsync(new Uri($"http://127.0.0.1:{lines[0]}/json/list"), limit.Token)).RootElement;
        string page = targets.EnumerateArray().First(
            target => target.GetProperty("type").GetString() == "page").GetProperty("webSocketDebuggerUrl").GetString()!;
        await _socket.ConnectAsync(new Uri(page), limit.Token);
        foreach (string domain in (string[])["Page", "Runtime", "Log"])
        {
            await CallAsync($"{domain}.enable", [], limit.Token);
        }
    }

    private async Task<JsonElement> CallAsync(
        string method, JsonObject parameters, CancellationToken cancellationToken, string? until = null)
    {
        int id = ++_sent;
        byte[] call = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters });
        await _socket.SendAsync(call, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        JsonElement? answer = null;
        bool isReached = until is null;
        while (answer is null || !isReached)
        {
            JsonElement message = await ReceiveAsync(cancellationToken);
            if (message.TryGetProperty("id", out JsonElement of) && of.GetInt32() == id)
            {
                answer = message.TryGetProperty(
                    "result", out JsonElement result) ? result : throw new InvalidOperationException($"{method}: {message}");
            }
            else if (message.TryGetProperty("method", out JsonElement heard))
            {
                isReached |= heard.GetString() == until;
                if (heard.GetString() is "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded")
                {
                    RejectionNotices.Add(message.ToString());
                }
            }
        }

        return answer.Value;
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        byte[] part = new byte[1 << 16];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part.AsMemory(), cancellationToken);
            whole.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);

        return JsonDocument.Parse(whole.ToArray()).RootElement;
    }
}
