namespace Consortium.Protocol.Messages;

/// <summary>Why something was refused, for the sender (the reason) and for people (the detail).</summary>
public sealed record Refusal(RejectionReason Reason, string Detail);
