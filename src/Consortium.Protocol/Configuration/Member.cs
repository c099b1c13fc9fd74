using Consortium.Cryptography.Identity;

namespace Consortium.Protocol.Configuration;

/// <summary>A party of the consortium: its name here, its role and its keys.</summary>
public sealed record Member(PartyId Id, PartyRole Role, PublicIdentity Identity);
