using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Which key of each key holder the banks of an attempt seal to: the digest of its <see cref="SessionKeyOffered"/>, in the
/// configuration's order; zeros for a key holder that has offered none, which gets no share. The aggregator lists them when it
/// opens the attempt, every bank signs the list with its update, and all updates of a cohort have the same.
/// </summary>
public static class SessionKeyList
{
    public static bool Has(ImmutableArray<Digest> keys, int holder) => keys[holder] != default;

    internal static Rejection? Check(ImmutableArray<Digest> keys, ConsortiumConfiguration configuration)
    {
        if (keys.Length != configuration.KeyHolders.Length)
        {
            return new(
                RejectionReason.Inconsistent, $"session keys of {keys.Length} key holders; there are "
                    + $"{configuration.KeyHolders.Length}");
        }

        int offered = keys.Count(key => key != default);
        return offered >= configuration.Threshold
            ? null
            : new(
                RejectionReason.WrongSessionKey, $"session keys of {offered} key holders; {configuration.Threshold} are needed");
    }

    /// <summary>A list of keys, one for each key holder that has offered one.</summary>
    internal static ImmutableArray<Digest> Of(
        ImmutableArray<PartyId> keyHolders, ImmutableSortedDictionary<PartyId, Digest> offered) =>
        [.. keyHolders.Select(holder => offered.GetValueOrDefault(holder))];
}
