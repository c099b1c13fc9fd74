using System.Collections.Immutable;
using System.Diagnostics;
using Consortium.Cli.CommandLine;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>Follows one session by what the operator hears.</summary>
internal sealed class SessionWatch(int banks, Wire wire)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Dictionary<PartyId, StateDigest>> _open = [];
    private readonly ImmutableArray<WatchedRound>.Builder _rounds = ImmutableArray.CreateBuilder<WatchedRound>();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<int> _advanced = static _ => { };
    private long _start;
    private long _bytesBefore;

    /// <summary>Done when every bank's model is finished; fails when a bank rejects or diverges.</summary>
    public Task Completion => _completion.Task;

    /// <summary>
    /// How the banks voted on the finished model, if they did. All say the same, for it is part of the state that they end in.
    /// </summary>
    public VoteTally? Vote { get; private set; }

    public ImmutableArray<WatchedRound> Rounds
    {
        get
        {
            lock (_lock)
            {
                return _rounds.ToImmutable();
            }
        }
    }

    public void Begin(Action<int> advanced)
    {
        _advanced = advanced;
        _start = Stopwatch.GetTimestamp();
        _bytesBefore = wire.Total;
    }

    public Task ReceiveAsync(Message message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case Signed<ModelAdvanced> advanced:
                Receive(advanced.Sender, advanced.Statement);
                break;
            case Signed<Rejected>
            {
                Statement.Reason: RejectionReason.WrongRound or RejectionReason.WrongAttempt or RejectionReason.SessionNotRunning
            }:
                break; // came too late: repeats and crossing messages are part of a round
            case Signed<Rejected> rejected:
                _completion.TrySetException(
                    new CommandException(ExitCode.Rejected, $"{rejected.Sender} rejected: {rejected.Statement.Detail}"));
                break;
            case Signed<AttemptAbandoned> abandoned:
                _completion.TrySetException(
                    new CommandException(
                        ExitCode.Rejected, $"{abandoned.Statement.Attempt} was given up: {abandoned.Statement.Detail}"));
                break;
        }

        return Task.CompletedTask;
    }

    private void Receive(PartyId bank, ModelAdvanced advanced)
    {
        int round = advanced.Attempt.Round.Value;
        lock (_lock)
        {
            if (!_open.TryGetValue(round, out Dictionary<PartyId, StateDigest>? states))
            {
                _open.Add(round, states = []);
            }

            states[bank] = advanced.State;
            if (states.Count < banks)
            {
                return;
            }

            if (states.Values.Distinct().Count() > 1)
            {
                _completion.TrySetException(
                    new CommandException(ExitCode.DoesNotHold, $"The banks' models differ after round {round}."));
                return;
            }

            _open.Remove(round);
            _rounds.Add(
                new WatchedRound(
                    round, Stopwatch.GetElapsedTime(_start).TotalSeconds, wire.Total - _bytesBefore, advanced.State));
        }

        _advanced(round);
        if (advanced.IsFinal)
        {
            Vote = advanced.Vote;
            _completion.TrySetResult();
        }
    }
}
