namespace Consortium.Testing;

/// <summary>Waits on a condition, with a limit: a token's, or one given.</summary>
public static class Wait
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    public static Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken, TimeSpan? limit = null) =>
        UntilAsync(() => Task.FromResult(condition()), cancellationToken, limit);

    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
        while (!await condition())
        {
            await Task.Delay(BetweenLooks, ending.Token);
        }
    }
}
