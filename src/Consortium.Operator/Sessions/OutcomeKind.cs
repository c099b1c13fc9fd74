namespace Consortium.Operator.Sessions;

/// <summary>How a session fares, in the operator's words.</summary>
public enum OutcomeKind
{
    /// <summary>Its plan is on its way.</summary>
    Sent,
    Running,
    Paused,
    Completed,

    /// <summary>The model is finished, and the banks voted not to adopt it.</summary>
    Declined,
    Aborted,

    /// <summary>The aggregator, or a bank that the session cannot do without, will not have the plan.</summary>
    Rejected,

    /// <summary>A round has no attempts left.</summary>
    Stalled,

    /// <summary>A round's sum never opens, and it was found out whose doing that is.</summary>
    Spoiled,
}
