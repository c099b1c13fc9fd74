using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary><c>session pause</c>, <c>session resume</c> and <c>session abort</c>.</summary>
internal static class SessionControls
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for the banks' logs", DefaultValueFactory = _ => string.Empty };

    public static Verb CreatePause(Terminal terminal) => Create(
        terminal, "pause", SessionAction.Pause, "Let a session rest: banks send no further updates until it is resumed", "session pause spring --reason \"broker maintenance\"");

    public static Verb CreateResume(Terminal terminal) => Create(
        terminal, "resume", SessionAction.Resume, "Let a session go on that was paused, or whose plan a bank lost or rejected: the plan is sent again", "session resume spring");

    public static Verb CreateAbort(Terminal terminal) => Create(
        terminal, "abort", SessionAction.Abort, "End a session for good; a round that key holders approved is still finished", "session abort spring --reason \"wrong learning rate\"");

    /// <summary>Says it, and waits for the aggregator to say that it holds.</summary>
    internal static async Task<ExitCode> SayAsync(
        Terminal terminal, OperatorClient desk, SessionLog log, SessionAction action, string reason, TimeSpan limit, CancellationToken cancellationToken)
    {
        string verb = action.ToString().ToLowerInvariant();
        PartyId aggregator = desk.Configuration.Aggregator.Id;
        if (log.Outcome(aggregator) is { Kind: OutcomeKind.Completed or OutcomeKind.Declined or OutcomeKind.Aborted } outcome)
        {
            throw new CommandException(ExitCode.Rejected, $"Session {log.ShortId} is {outcome.Kind.ToString().ToLowerInvariant()} already, {outcome.Detail}: there is nothing to {verb}.");
        }

        if (action == SessionAction.Resume && log.SignedPlan is { } plan)
        {
            await desk.SendAgainAsync(plan, cancellationToken);
        }

        int sequence = 0;
        bool isReceived = false;
        for (int attempt = 0; attempt < 2 && !isReceived; attempt++)
        {
            // Of two words the one of the higher number holds; a journal that was lost may not know the number.
            sequence = 1 + Math.Max(log.ControlSequence, log.Standing?.ControlSequence ?? 0);
            int said = sequence;
            await desk.ControlAsync(
                new SessionControl { Consortium = desk.Configuration.Digest, Session = log.Session, Sequence = sequence, Action = action, Reason = reason }, cancellationToken);
            isReceived = await desk.FollowAsync(log, heard => heard.Standing?.ControlSequence >= said, limit, cancellationToken)
                && log.Standing!.ControlSequence == said;
            if (!isReceived && log.Standing?.ControlSequence < said)
            {
                throw new CommandException(
                    ExitCode.DoesNotHold, $"{aggregator} has not answered in {limit.TotalSeconds:0} seconds. The word waits in its queue and holds once it is heard; `session show {log.ShortId}` tells.");
            }
        }

        string condition = log.Standing!.Condition.ToString().ToLowerInvariant();
        terminal.Out.WriteLine($"{log.Session} {condition}");
        return ExitCode.Done;
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
                async desk =>
                {
                    await desk.DrainAsync(cancellationToken);
                    SessionLog log = await OperatorRun.FindAsync(desk.Journal, parsed.GetValue(session), cancellationToken);
                    return await SayAsync(terminal, desk, log, action, parsed.GetValue(Reason)!, AnswerLimit, cancellationToken);
                },
                cancellationToken));
    }
}
