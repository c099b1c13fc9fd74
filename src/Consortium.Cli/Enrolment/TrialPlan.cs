namespace Consortium.Cli.Enrolment;

/// <summary>How large a trial consortium is, and what data its banks get.</summary>
internal sealed record TrialPlan
{
    public required int Banks { get; init; }

    public required int KeyHolders { get; init; }

    public required int Payments { get; init; }

    public required int Days { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>The first daemon answers <c>/ready</c> on this port of the loopback, the next on the next.</summary>
    public required int HealthPort { get; init; }
}
