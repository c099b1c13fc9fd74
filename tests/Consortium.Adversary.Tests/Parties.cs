using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Adversary.Tests;

internal static class Parties
{
    public static PartyId Bank(string letter) => new($"bank-{letter}");

    public static PartyId Holder(string letter) => new($"holder-{letter}");
}
