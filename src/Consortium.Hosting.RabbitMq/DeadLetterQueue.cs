using System.Text;
using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using RabbitMQ.Client;

namespace Consortium.Hosting.RabbitMq;

/// <summary>Reads a party's dead letters as the broker's operator.</summary>
public static class DeadLetterQueue
{
    /// <summary>
    /// The oldest <paramref name="maximum"/> dead letters of <paramref name="party"/>, which stay in their queue.
    /// </summary>
    public static async Task<IReadOnlyList<DeadLetter>> ReadAsync(
        BrokerAddress asOperator, PartyId party, int maximum, CancellationToken cancellationToken)
    {
        await using IConnection connection = await BrokerConnection.OpenAsync(asOperator, "dead letters", cancellationToken);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var letters = new List<DeadLetter>();
        ulong last = 0;
        while (letters.Count < maximum
            && await channel.BasicGetAsync(BusNames.DeadLetters(party), autoAck: false, cancellationToken) is { } message)
        {
            last = message.DeliveryTag;
            letters.Add(new DeadLetter(
                Header(message.BasicProperties, HeaderNames.DeadLetterSender),
                Header(message.BasicProperties, HeaderNames.DeadLetterReason), message.Body.ToArray()));
        }

        if (last != 0)
        {
            await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
        }

        return letters;
    }

    private static string Header(IReadOnlyBasicProperties properties, string name) =>
        properties.Headers is not null && properties.Headers.TryGetValue(name, out object? value) && value is byte[] bytes
            ? Encoding.UTF8.GetString(bytes)
            : string.Empty;
}
