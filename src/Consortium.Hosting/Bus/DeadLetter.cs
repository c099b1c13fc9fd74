namespace Consortium.Hosting.Bus;

/// <summary>A frame that its recipient gave up on. All of it comes from whoever sent it, the reason apart: untrusted.</summary>
public sealed record DeadLetter(string Sender, string Reason, ReadOnlyMemory<byte> Body);
