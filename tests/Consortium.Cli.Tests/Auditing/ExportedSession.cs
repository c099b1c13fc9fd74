using Consortium.Auditing;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Sessions;
using Consortium.Cryptography.Encryption;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Tests.Auditing;

/// <summary>The bundle of a real session of three rounds, exported while its aggregator ran, and ways to bend it.</summary>
public sealed class ExportedSession : IAsyncLifetime
{
    private ScriptedSession _session = null!;
    private int _bent;

    internal string Folder => _session.Folder.Path;

    internal string Bundle => Path.Combine(Folder, "session.audit");

    internal string AggregatorData => _session.AggregatorData;

    internal ConsortiumConfiguration Configuration => _session.Folder.Configuration;

    internal SessionId Session { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _session = await ScriptedSession.BeginAsync();
        Session = (await _session.RunAsync(rounds: 3, "Audited")).Session;
        CommandLineRun run = await ExportAsync(Bundle);
        Assert.True(run.Code == ExitCode.Done, run.Error);
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    internal Task<CommandLineRun> ExportAsync(string bundle, params string[] options) =>
        CommandLineRun.Of(["audit", "export", "--data", AggregatorData, "--folder", Folder, "--output", bundle, .. options]);

    internal Task<CommandLineRun> VerifyAsync(string bundle, params string[] options) =>
        CommandLineRun.Of(["audit", "verify", bundle, "--folder", Folder, .. options]);

    /// <summary>Writes a bundle anew with its rounds changed.</summary>
    /// <param name="change">Given a round and its chunk rows, gives what to write instead; null leaves the round out.</param>
    internal async Task<string> BendAsync(Func<RetainedRound, List<byte[]>, RetainedRound?> change)
    {
        string bent = Path.Combine(Folder, $"bent-{++_bent}.audit");
        await using FileStream input = File.OpenRead(Bundle);
        await using FileStream output = File.Create(bent);
        var reader = new BundleReader(input);
        var writer = new BundleWriter(output);
        await reader.BeginAsync(CancellationToken.None);
        var most = Enum.GetValues<BundleRecord>().ToDictionary(kind => kind, _ => 1L << 30);
        byte[] configuration = (await reader.ReadAsync(most, CancellationToken.None)).Content;
        var plan = (Signed<SessionPlan>)MessageCodec.Decode(
            (await reader.ReadAsync(most, CancellationToken.None)).Content, Configuration.Limits);
        await reader.ReadAsync(most, CancellationToken.None);
        await writer.BeginAsync(configuration, plan, RoundNumber.First, 0, CancellationToken.None);
        while (await reader.ReadAsync(most, CancellationToken.None) is var (kind, content) && kind == BundleRecord.Round)
        {
            RetainedRound round = RetainedRound.FromBytes(content, Configuration.Limits);
            var rows = new List<byte[]>();
            for (int chunk = 0; chunk < round.Cohort.Statement.Shape.Chunks; chunk++)
            {
                rows.Add((await reader.ReadAsync(most, CancellationToken.None)).Content);
            }

            if (change(round, rows) is not { } changed)
            {
                continue;
            }

            await writer.AddRoundAsync(changed, CancellationToken.None);
            foreach (byte[] row in rows)
            {
                await writer.AddChunkAsync(row, CancellationToken.None);
            }
        }

        await writer.EndAsync(CancellationToken.None);
        return bent;
    }

    /// <summary>One column of a chunk row: a member's chunk, or, last, the sum's.</summary>
    internal static Span<byte> Column(byte[] row, int column) => row.AsSpan(column * WireChunk.Size, WireChunk.Size);
}
