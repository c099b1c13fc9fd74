using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>What stands for the session keys of the key holders: one digest each, in every session.</summary>
internal static class SymbolicKeys
{
    private static readonly ImmutableArray<Digest> Keys =
        [.. Enumerable.Range(0, 16).Select(i => Digest.Of([(byte)'k', (byte)i]))];

    private static readonly ImmutableSortedDictionary<PartyId, Digest>[] Dictionaries =
    [
        .. Enumerable.Range(0, Keys.Length).Select(count => Enumerable.Range(0, count)
            .ToImmutableSortedDictionary(Scenario.HolderId, i => Keys[i])),
    ];

    public static ImmutableArray<Digest> List(int keyHolders) => Keys[..keyHolders];

    public static ImmutableSortedDictionary<PartyId, Digest> Offered(int keyHolders) => Dictionaries[keyHolders];
}
