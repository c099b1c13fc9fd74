using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Daemons;

/// <summary>
/// Every session's state as its state machine encodes it, in the daemon's database.
/// </summary>
public static class SessionTable
{
    public const string Migration = "CREATE TABLE session (id BLOB PRIMARY KEY NOT NULL, state BLOB NOT NULL);";

    public static byte[]? Find(StateTransaction state, SessionId session) =>
        state.Query("SELECT state FROM session WHERE id = $1", row => row.GetBytes(0), session.Value.ToArray()).FirstOrDefault();

    public static IReadOnlyList<SessionId> All(StateTransaction state) =>
        state.Query("SELECT id FROM session", row => new SessionId(new Digest(row.GetBytes(0))));

    public static void Save(StateTransaction state, SessionId session, byte[] encoded) => state.Execute(
        "INSERT INTO session (id, state) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
        session.Value.ToArray(), encoded);
}
