namespace Consortium.Protocol.Messages;

/// <summary>Why something was rejected, for the sender (the reason) and for people (the detail).</summary>
public sealed record Rejection(RejectionReason Reason, string Detail)
{
    private const int MaximumLength = 800;

    public string Detail { get; } = Detail.Length <= MaximumLength ? Detail : Detail[..MaximumLength] + "...";
}
