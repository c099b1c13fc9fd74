using Consortium.Cryptography.Scoring;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Scoring;

/// <summary>A key that a client registered, ready to score under.</summary>
internal sealed record ClientKey(Digest Id, Member Client, Digest Token, ScoringPublicKey PublicKey, long ExpiresAt);
