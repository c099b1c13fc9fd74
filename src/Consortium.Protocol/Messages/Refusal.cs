namespace Consortium.Protocol.Messages;

/// <summary>Why something was refused, for the sender (the reason) and for people (the detail).</summary>
public sealed record Refusal(RejectionReason Reason, string Detail)
{
    private const int MaximumLength = 800;

    public string Detail { get; } = Detail.Length <= MaximumLength ? Detail : Detail[..MaximumLength] + "...";
}
