using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Sessions;

/// <summary>The operator's control of a session: the word of the highest sequence number holds, and ending is for good.</summary>
public readonly record struct SessionProgress(SessionStatus Status, int Sequence)
{
    public static SessionProgress Started => new(SessionStatus.Running, 0);

    public SessionProgress Apply(SessionControl control, SessionId session)
    {
        if (control.Session != session || control.Sequence <= Sequence || Status == SessionStatus.Aborted)
        {
            return this;
        }

        SessionStatus status = control.Action switch
        {
            SessionAction.Pause => SessionStatus.Paused,
            SessionAction.Resume => SessionStatus.Running,
            SessionAction.Abort => SessionStatus.Aborted,
            _ => throw new ArgumentOutOfRangeException(nameof(control), control.Action, "Not a session action."),
        };
        return new(status, control.Sequence);
    }

    internal Rejection? RejectUnlessRunning() =>
        Status == SessionStatus.Running
            ? null
            : new Rejection(RejectionReason.SessionNotRunning, $"the session is {Status.ToString().ToLowerInvariant()}");
}
