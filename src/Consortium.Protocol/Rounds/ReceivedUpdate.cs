using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Rounds;

/// <summary>An update at the aggregator: its manifest, and whether every chunk has been stored and has the digest it should.</summary>
public sealed record ReceivedUpdate(Signed<UpdateManifest> Manifest, bool IsComplete);
