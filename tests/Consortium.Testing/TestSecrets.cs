using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Secrets;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing;

/// <summary>The secrets of a bank without a database: new ones, agreed under keys that key holders offered.</summary>
public static class TestSecrets
{
    public static SessionSecrets Begin(PublicIdentity bank)
    {
        using var random = RandomNumberGenerator.Create();
        return new SessionSecrets(bank, StorageKey.Generate(random));
    }

    public static SessionSecrets Agree(
        ConsortiumConfiguration configuration, PublicIdentity bank, IEnumerable<Signed<SessionKeyOffered>> offered)
    {
        SessionSecrets secrets = Begin(bank);
        foreach (Signed<SessionKeyOffered> key in offered)
        {
            secrets.Agree(configuration.Find(key.Sender)!, key.Statement.Key);
        }

        return secrets;
    }

    /// <summary>What an attempt is opened with when these were offered.</summary>
    public static ImmutableArray<Digest> List(
        ConsortiumConfiguration configuration, IReadOnlyCollection<Signed<SessionKeyOffered>> offered) =>
    [
        .. configuration.KeyHolders.Select(
            holder => offered.FirstOrDefault(key => key.Sender == holder.Id)?.Digest ?? default),
    ];
}
