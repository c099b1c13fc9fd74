using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests;

/// <summary>A receiving key for each key holder's name, drawn once and used in every session of the tests.</summary>
public static class SampleKeys
{
    private static readonly Dictionary<string, SessionReceivingKey> Drawn = new(StringComparer.Ordinal);

    public static SessionReceivingKey Of(string holder)
    {
        lock (Drawn)
        {
            if (!Drawn.TryGetValue(holder, out SessionReceivingKey? key))
            {
                using var random = RandomNumberGenerator.Create();
                Drawn.Add(holder, key = SessionReceivingKey.Generate(random));
            }

            return key;
        }
    }

    public static SessionKeyOffered Offer(ConsortiumDigest consortium, SessionId session, PartyId holder) =>
        new() { Consortium = consortium, Session = session, Key = Of(holder.Name).Public };

    /// <summary>What an attempt of the session is opened with when every key holder has offered its key.</summary>
    public static ImmutableArray<Digest> List(ConsortiumConfiguration configuration, SessionId session) =>
    [
        .. configuration.KeyHolders.Select(holder => Digest.Of(Signed<SessionKeyOffered>.SignedBytes(
            holder.Id, Offer(configuration.Digest, session, holder.Id)))),
    ];
}
