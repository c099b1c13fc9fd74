using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Consortium.Hosting.Resilience;

/// <summary>
/// Every retry of the daemons, by name. Each waits longer from try to try, with jitter, so that parties do not return as one.
/// </summary>
public static class Pipelines
{
    /// <summary>How often a handler that fails for no environmental cause is tried before its frame is dead-lettered.</summary>
    private const int HandlerRetries = 3;

    /// <summary>"bus-connect": until the broker answers.</summary>
    /// <param name="isFinal">Whether only the operator can mend it, so that it is not tried again.</param>
    public static ResiliencePipeline Connect(
        TimeProvider time, Func<Exception, bool> isFinal, Action<Exception, TimeSpan> onRetry) =>
        Endless(
            "bus-connect", time, exception => !isFinal(exception), TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5),
            onRetry);

    /// <summary>"bus-send": until the broker confirms, through its restarts and while the recipient's queue is full.</summary>
    /// <param name="isFinal">Whether only the operator can mend it, so that it is not tried again.</param>
    public static ResiliencePipeline Send(
        TimeProvider time, Func<Exception, bool> isFinal, Action<Exception, TimeSpan> onRetry) =>
        Endless(
            "bus-send", time, exception => !isFinal(exception), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5), onRetry);

    /// <summary>
    /// "bus-handle": while disk or database fails, for such a frame is good and must not be lost, until it has been held too
    /// long; a few times for anything else, which is most likely a defect that this frame sets off.
    /// </summary>
    /// <param name="limit">Then it fails with what <see cref="IsEnvironmental"/> tells.</param>
    public static ResiliencePipeline Handle(TimeProvider time, TimeSpan limit, Action<Exception, TimeSpan> onRetry) =>
        new ResiliencePipelineBuilder { Name = "bus-handle", TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Name = "held", Timeout = limit })
            .AddRetry(
                Endlessly("environment", IsEnvironmental, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), onRetry))
            .AddRetry(new RetryStrategyOptions
            {
                Name = "defect",
                ShouldHandle = new PredicateBuilder().Handle<Exception>(
                    exception => exception is not OperationCanceledException && !IsEnvironmental(exception)),
                MaxRetryAttempts = HandlerRetries,
                Delay = TimeSpan.FromMilliseconds(50),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = Report(onRetry),
            })
            .Build();

    /// <summary>"outbox-dispatch": the outbox reads its own database again after it failed.</summary>
    public static ResiliencePipeline Dispatch(TimeProvider time, Action<Exception, TimeSpan> onRetry) =>
        Endless("outbox-dispatch", time, static _ => true, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), onRetry);

    /// <summary>Whether disk, database, memory or the limit of "bus-handle" is at fault, and not the frame.</summary>
    internal static bool IsEnvironmental(Exception exception) =>
        exception is IOException or TimeoutException or OutOfMemoryException or TimeoutRejectedException;

    private static ResiliencePipeline Endless(
        string name, TimeProvider time, Func<Exception, bool> handles, TimeSpan first, TimeSpan longest,
        Action<Exception, TimeSpan> onRetry) =>
        new ResiliencePipelineBuilder { Name = name, TimeProvider = time }
            .AddRetry(Endlessly(name, handles, first, longest, onRetry))
            .Build();

    private static RetryStrategyOptions Endlessly(
        string name, Func<Exception, bool> handles, TimeSpan first, TimeSpan longest, Action<Exception, TimeSpan> onRetry) =>
        new()
        {
            Name = name,
            ShouldHandle = new PredicateBuilder().Handle<Exception>(
                exception => exception is not OperationCanceledException && handles(exception)),
            MaxRetryAttempts = int.MaxValue,
            Delay = first,
            MaxDelay = longest,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = Report(onRetry),
        };

    private static Func<OnRetryArguments<object>, ValueTask> Report(Action<Exception, TimeSpan> onRetry) => arguments =>
    {
        onRetry(arguments.Outcome.Exception!, arguments.RetryDelay);
        return default;
    };
}
