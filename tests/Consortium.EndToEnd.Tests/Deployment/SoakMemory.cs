using System.Globalization;
using Consortium.Protocol.Messages;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>How much memory each daemon's process takes, round by round, in stretches of a session.</summary>
internal sealed class SoakMemory(DeployedConsortium deployed)
{
    /// <summary>
    /// What counts as steady: so much more, in parts and in bytes, is what a garbage collector's timing makes of the same work.
    /// </summary>
    private const double Slack = 1.15;
    private const long SlackBytes = 16L << 20;

    private readonly SortedDictionary<string, Dictionary<string, List<long>>> _samples = new(StringComparer.Ordinal);

    /// <summary>Notes the memory of every daemon after each of these rounds.</summary>
    public async Task WatchAsync(string stretch, SessionId session, int first, int last, CancellationToken cancellationToken)
    {
        for (int round = first; round <= last; round++)
        {
            await deployed.Operator.WaitForRoundAsync(session, round, 1, cancellationToken);
            foreach (string daemon in deployed.Daemons)
            {
                Dictionary<string, List<long>> stretches = _samples.TryGetValue(daemon, out Dictionary<string, List<long>>? known)
                    ? known
                    : _samples[daemon] = [];
                (stretches.TryGetValue(stretch, out List<long>? samples) ? samples : stretches[stretch] = []).Add(
                    deployed.ResidentBytes(daemon));
            }
        }
    }

    public void AssertSteady() => Assert.All(_samples, daemon =>
    {
        (long first, long middle, long last) = Medians(daemon.Value);
        Assert.True(last <= (first * Slack) + SlackBytes, $"{daemon.Key} grows with the session:\n{this}");
        Assert.True(last <= (middle * Slack) + SlackBytes, $"{daemon.Key} grows with its age:\n{this}");
    });

    public override string ToString() => string.Join('\n', _samples.Select(daemon =>
    {
        (long first, long middle, long last) = Medians(daemon.Value);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{daemon.Key}: first stretch {first >> 20}, last stretch {middle >> 20} in its middle, {last >> 20} at its end");
    }));

    /// <summary>Of the last quarter of the first stretch; of the second and of the last quarter of the last one.</summary>
    private static (long First, long Middle, long Last) Medians(Dictionary<string, List<long>> stretches)
    {
        List<long> first = stretches["first"], last = stretches["last"];
        return (Median(first, 3), Median(last, 1), Median(last, 3));
    }

    private static long Median(List<long> samples, int quarter)
    {
        long[] sorted = [.. samples.GetRange(samples.Count * quarter / 4, Math.Max(1, samples.Count / 4)).Order()];
        return sorted[sorted.Length / 2];
    }
}
