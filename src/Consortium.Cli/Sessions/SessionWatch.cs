using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Operator.Client;
using Consortium.Operator.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Spectre.Console;

namespace Consortium.Cli.Sessions;

/// <summary><c>session watch</c>: what happens in a session as it happens, to its end.</summary>
internal static class SessionWatch
{
    public static Verb Create(Terminal terminal)
    {
        Argument<string?> session = OperatorOptions.OptionalSession;
        return Verb.Create(
            "watch",
            "Follow a session to its end; Ctrl-C stops watching, and the session goes on",
            ["session watch spring --folder consortium-home", "session watch --json"],
            [session, CommonOptions.Json, .. OperatorOptions.Place],
            (parsed, cancellationToken) => OperatorRun.ConnectedAsync(
                parsed,
                terminal,
                async client =>
                {
                    await client.DrainAsync(cancellationToken);
                    SessionLog log = await OperatorRun.FindAsync(client.Journal, parsed.GetValue(session), cancellationToken);
                    return await FollowAsync(terminal, client, log, parsed.GetValue(CommonOptions.Json), cancellationToken);
                },
                cancellationToken));
    }

    /// <summary>Shows progress until the session is over, then the result.</summary>
    internal static async Task<ExitCode> FollowAsync(
        Terminal terminal, OperatorClient client, SessionLog log, bool json, CancellationToken cancellationToken)
    {
        PartyId aggregator = client.Configuration.Aggregator.Id;
        try
        {
            if (terminal.Screen.Profile.Capabilities.Interactive && terminal.Screen.Profile.Capabilities.Ansi)
            {
                await terminal.Screen.Live(SessionBoard.Draw(log, aggregator)).StartAsync(context => client.FollowAsync(
                    log,
                    heard =>
                    {
                        context.UpdateTarget(SessionBoard.Draw(heard, aggregator));
                        return heard.Outcome(aggregator).IsOver;
                    },
                    Timeout.InfiniteTimeSpan,
                    cancellationToken));
            }
            else
            {
                var lines = new SessionLines(terminal, aggregator);
                await client.FollowAsync(
                    log,
                    heard =>
                    {
                        lines.Tell(heard);
                        return heard.Outcome(aggregator).IsOver;
                    },
                    Timeout.InfiniteTimeSpan,
                    cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            terminal.Note(
                $"Stopped watching at round {log.Rounds.LastOrDefault()?.Number.Value ?? 0}; the session goes on. "
                    + $"`session watch {log.ShortId}` looks again.");
            throw;
        }

        SessionOutcome outcome = log.Outcome(aggregator);
        if (json)
        {
            terminal.WriteJson(SessionView.Of(log, client.Configuration));
        }
        else
        {
            terminal.Out.WriteLine(outcome.State is { } state
                ? $"{log.Session} completed {outcome.Detail}: model state {state}"
                : $"{log.Session} {outcome.Kind.ToString().ToLowerInvariant()}: {outcome.Detail}");
        }

        foreach ((PartyId bank, RoundNumber round, StateDigest own, _) in log.Diverged().DistinctBy(diverged => diverged.Bank))
        {
            terminal.Note(
                $"{bank} diverged in round {round}, where it reached {own}: its model is not the others'. Have it compare "
                    + $"its release and data with theirs.");
        }

        return outcome.Code;
    }
}
