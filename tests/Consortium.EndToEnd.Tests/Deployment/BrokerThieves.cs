using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>As many connections as one password opens.</summary>
internal sealed class BrokerThieves : IAsyncDisposable
{
    private readonly List<BrokerThief> _thieves = [];

    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">
    /// Or another, when the broker lets no more in.
    /// </exception>
    public async Task LogInAsync(BrokerAddress stolen, int times, CancellationToken cancellationToken)
    {
        for (int i = 0; i < times; i++)
        {
            _thieves.Add(await BrokerThief.LogInAsync(stolen, cancellationToken));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BrokerThief thief in _thieves)
        {
            await thief.DisposeAsync();
        }
    }
}
