using Consortium.Cryptography.Identity;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Configuration;

/// <summary>A party of the consortium: its name here, its role and its keys.</summary>
public sealed record Member(PartyId Id, PartyRole Role, PublicIdentity Identity);
