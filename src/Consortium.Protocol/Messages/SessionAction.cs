namespace Consortium.Protocol.Messages;

/// <summary>What the operator does to a session. Values are on the wire.</summary>
public enum SessionAction : byte
{
    Pause = 1,
    Resume = 2,

    /// <summary>For good.</summary>
    Abort = 3,
}
