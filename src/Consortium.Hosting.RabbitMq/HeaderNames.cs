namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Names of the message properties beside a frame's body. They are on the wire: a change needs a new content type.
/// </summary>
internal static class HeaderNames
{
    public const string ContentType = "application/vnd.consortium.frame.v1";
    public const string Sender = "consortium-sender";
    public const string TraceParent = "traceparent";
    public const string DeadLetterReason = "consortium-dead-letter-reason";
    public const string DeadLetterSender = "consortium-dead-letter-sender";
}
