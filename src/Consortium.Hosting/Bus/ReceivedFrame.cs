using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Bus;

/// <summary>A message as a transport took it off the party's queue: untrusted but for its publisher.</summary>
/// <param name="Body">The receiver's to keep.</param>
/// <param name="Publisher">Who published it, as far as the transport vouches for it; null when it does not.</param>
/// <param name="Headers">What the message claims.</param>
/// <param name="Problem">Why the transport could not read the message as a frame; null when it could.</param>
public readonly record struct ReceivedFrame(
    ReadOnlyMemory<byte> Body, PartyId? Publisher, FrameHeaders Headers, string? Problem = null);
