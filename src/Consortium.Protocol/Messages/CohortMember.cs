using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>A bank in a cohort, by the digest of its signed manifest.</summary>
public readonly record struct CohortMember(PartyId Participant, Digest ManifestDigest);
