using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Operator.Client;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary><c>session pause</c>, <c>session resume</c> and <c>session abort</c>.</summary>
internal static class SessionControls
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, for the banks' logs",
        DefaultValueFactory = _ => string.Empty,
    };

    public static Verb CreatePause(Terminal terminal) => Create(
        terminal, "pause", SessionAction.Pause, "Let a session rest: banks send no further updates until it is resumed",
        "session pause spring --reason \"broker maintenance\"");

    public static Verb CreateResume(Terminal terminal) => Create(
        terminal, "resume", SessionAction.Resume,
        "Let a session go on that was paused, or whose plan a bank lost or rejected: the plan is sent again",
        "session resume spring");

    public static Verb CreateAbort(Terminal terminal) => Create(
        terminal, "abort", SessionAction.Abort, "End a session for good; a round that key holders approved is still finished",
        "session abort spring --reason \"wrong learning rate\"");

    /// <summary>Sends it, waits until the aggregator confirms it, and prints the session's condition.</summary>
    internal static async Task<ExitCode> SendAsync(
        Terminal terminal, OperatorClient client, SessionLog log, SessionAction action, string reason, TimeSpan limit,
        CancellationToken cancellationToken)
    {
        try
        {
            SessionCondition condition = await client.ControlAsync(log, action, reason, limit, cancellationToken);
            terminal.Out.WriteLine($"{log.Session} {condition.ToString().ToLowerInvariant()}");
            return ExitCode.Done;
        }
        catch (SessionEndedException exception)
        {
            throw new CommandException(ExitCode.Rejected, exception.Message, exception);
        }
        catch (AggregatorSilentException exception)
        {
            throw new CommandException(
                ExitCode.DoesNotHold, $"{exception.Message} `session show {log.ShortId}` shows whether it has.", exception);
        }
    }

    private static Verb Create(Terminal terminal, string name, SessionAction action, string description, string example)
    {
        Argument<string> session = OperatorOptions.Session;
        return Verb.Create(
            name,
            description,
            [example],
            [session, Reason, .. OperatorOptions.Place],
            (parsed, cancellationToken) => OperatorRun.ConnectedAsync(
                parsed,
                terminal,
                async client =>
                {
                    await client.DrainAsync(cancellationToken);
                    SessionLog log = await OperatorRun.FindAsync(client.Journal, parsed.GetValue(session), cancellationToken);
                    return await SendAsync(
                        terminal, client, log, action, parsed.GetValue(Reason)!, AnswerLimit, cancellationToken);
                },
                cancellationToken));
    }
}
