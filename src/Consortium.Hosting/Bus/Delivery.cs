namespace Consortium.Hosting.Bus;

/// <summary>
/// What a party makes of a frame. Either way the frame is done with; to have it delivered again, a handler throws.
/// </summary>
public abstract record Delivery
{
    private Delivery()
    {
    }

    /// <summary>Handled, and all that came of it is durable.</summary>
    public static Delivery Accepted { get; } = new AcceptedDelivery();

    /// <summary>Rejected for good: the frame is kept in the party's dead-letter queue with <paramref name="reason"/>.</summary>
    public static Delivery Rejected(string reason) => new RejectedDelivery(reason);

    internal sealed record AcceptedDelivery : Delivery;

    internal sealed record RejectedDelivery(string Reason) : Delivery;
}
