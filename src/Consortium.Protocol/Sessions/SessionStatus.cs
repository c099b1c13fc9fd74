namespace Consortium.Protocol.Sessions;

/// <summary>What the operator last said about a session, as far as this party knows.</summary>
public enum SessionStatus
{
    Running = 1,
    Paused = 2,
    Aborted = 3,
}
