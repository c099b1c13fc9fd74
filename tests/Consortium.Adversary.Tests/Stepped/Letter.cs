using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Adversary.Tests.Stepped;

/// <summary>A frame under way.</summary>
internal sealed record Letter(PartyId From, PartyId To, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it carries ciphertext.</summary>
    public bool IsChunks => Body.Span.StartsWith("CNCF"u8);
}

/// <summary>A frame that its recipient gave up on.</summary>
internal sealed record DeadLetterOf(PartyId Party, DeadLetter Letter)
{
    public override string ToString() => $"{Party} from {Letter.Sender}: {Letter.Reason}";
}
