using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Tells whether the broker takes messages. It blocks whoever publishes while it is short of memory or disk, and says so only to
/// those who try: this publishes an empty message that no queue is bound for.
/// </summary>
internal sealed class PublishTrial
{
    private readonly string _exchange;
    private readonly IChannel _channel;
    private TaskCompletionSource<string> _blocked = New();
    private TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PublishTrial(string exchange, IChannel channel) => (_exchange, _channel) = (exchange, channel);

    /// <summary>Why the broker blocks this connection, in words for the operator; null while it does not.</summary>
    public string? Alarm { get; private set; }

    /// <param name="changed">Told when the broker begins or ends to block.</param>
    public static async Task<PublishTrial> OpenAsync(
        IConnection connection, string exchange, Action<string?> changed, CancellationToken cancellationToken)
    {
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        var trial = new PublishTrial(exchange, await connection.CreateChannelAsync(options, cancellationToken));
        connection.ConnectionBlockedAsync += (_, blocked) =>
        {
            if (trial.Alarm is null)
            {
                trial._over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            trial.Alarm = $"the broker takes no messages: {blocked.Reason} (a memory or disk alarm)";
            trial._blocked.TrySetResult(trial.Alarm);
            changed(trial.Alarm);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            trial.Alarm = null;
            trial._blocked = New();
            trial._over.TrySetResult();
            changed(null);
            return Task.CompletedTask;
        };
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            trial._over.TrySetResult();
            return Task.CompletedTask;
        };
        return trial;
    }

    /// <summary>Tries, and returns at once when the broker blocks.</summary>
    /// <returns>The publication: completed when the broker took it, else under way until it does.</returns>
    public async Task<Task> TryAsync(CancellationToken cancellationToken)
    {
        Task publication = _channel.BasicPublishAsync(
            _exchange, "nobody", mandatory: false, ReadOnlyMemory<byte>.Empty, cancellationToken).AsTask();
        await Task.WhenAny(publication, _blocked.Task);
        return publication;
    }

    /// <summary>
    /// Returns at once unless the broker blocks, else when it no longer does or the connection ends. A broker may confirm the
    /// very message at which it begins to block; it then reads nothing more from this connection, not even a question.
    /// </summary>
    public Task WaitUntilUnblockedAsync(CancellationToken cancellationToken) =>
        Alarm is null ? Task.CompletedTask : _over.Task.WaitAsync(cancellationToken);

    private static TaskCompletionSource<string> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
