using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Rounds;

/// <summary>
/// An update at the aggregator: its manifest's digest, its shape, and whether every chunk has been stored and has the digest it
/// should.
/// </summary>
public sealed record ReceivedUpdate(Digest ManifestDigest, UpdateShape Shape, bool IsComplete);
