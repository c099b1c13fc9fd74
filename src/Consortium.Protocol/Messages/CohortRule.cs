namespace Consortium.Protocol.Messages;

/// <summary>Whether the banks in the sum may differ from round to round. Values are on the wire.</summary>
public enum CohortRule : byte
{
    /// <summary>Every round sums exactly the plan's participants. A missing bank pauses the session until it returns.</summary>
    Fixed = 1,

    /// <summary>
    /// A round sums whoever came in time. Two rounds whose cohorts differ by one bank let the others estimate what that bank adds
    /// (see this project's README).
    /// </summary>
    Changing = 2,
}
