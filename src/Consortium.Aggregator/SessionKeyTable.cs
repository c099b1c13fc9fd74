using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>The session keys that key holders offered, for the banks. The first of a key holder counts.</summary>
internal static class SessionKeyTable
{
    public const string Migration = """
        CREATE TABLE session_key (
            session BLOB NOT NULL, holder TEXT NOT NULL, message BLOB NOT NULL, PRIMARY KEY (session, holder));
        """;

    public static void Keep(StateTransaction state, Signed<SessionKeyOffered> offered) => state.Execute(
        "INSERT INTO session_key (session, holder, message) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        offered.Statement.Session.Value.ToArray(), offered.Sender.Name, MessageCodec.Encode(offered));

    public static IReadOnlyList<Signed<SessionKeyOffered>> All(
        StateTransaction state, SessionId session, MessageLimits limits) => state.Query(
        "SELECT message FROM session_key WHERE session = $1 ORDER BY holder",
        row => (Signed<SessionKeyOffered>)MessageCodec.Decode(row.GetBytes(0), limits), session.Value.ToArray());
}
