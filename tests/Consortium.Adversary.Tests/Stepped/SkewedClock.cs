namespace Consortium.Adversary.Tests.Stepped;

/// <summary>A daemon's wall clock, which may jump. Its timers go on as everybody's.</summary>
internal sealed class SkewedClock(TimeProvider others) : TimeProvider
{
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => others.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => others.GetUtcNow() + Skew;

    public override long GetTimestamp() => others.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        others.CreateTimer(callback, state, dueTime, period);
}
