using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.KeyHolder;

/// <summary>
/// The sealed key shares of cohorts that this key holder promised and has not released: the closed cohort as it came. A row goes
/// when its round is over, and its bytes are overwritten.
/// </summary>
internal static class SharesTable
{
    public const string Migration = """
        CREATE TABLE shares (
            session BLOB NOT NULL,
            round INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            closed BLOB NOT NULL,
            PRIMARY KEY (session, round, attempt));
        CREATE TABLE evidence (
            peer TEXT NOT NULL,
            first BLOB NOT NULL,
            second BLOB NOT NULL);
        """;

    public static void Keep(StateTransaction state, CohortClosed closed)
    {
        AttemptId attempt = closed.Cohort.Statement.Attempt;
        state.Execute(
            "INSERT INTO shares (session, round, attempt, closed) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            attempt.Session.Value.ToArray(), attempt.Round.Value, attempt.Attempt.Value, MessageCodec.Encode(closed));
    }

    public static CohortClosed Find(StateTransaction state, AttemptId attempt, MessageLimits limits) =>
        (CohortClosed)MessageCodec.Decode(
            state.Query(
                "SELECT closed FROM shares WHERE session = $1 AND round = $2 AND attempt = $3",
                row => row.GetBytes(0),
                attempt.Session.Value.ToArray(), attempt.Round.Value, attempt.Attempt.Value)[0],
            limits);

    public static void Delete(StateTransaction state, AttemptId attempt) => state.Execute(
        "DELETE FROM shares WHERE session = $1 AND round = $2 AND attempt = $3",
        attempt.Session.Value.ToArray(), attempt.Round.Value, attempt.Attempt.Value);

    public static void KeepEvidence(StateTransaction state, Signed<CohortApproval> first, Signed<CohortApproval> second) =>
        state.Execute(
            "INSERT INTO evidence (peer, first, second) VALUES ($1, $2, $3)",
            first.Sender.Name, MessageCodec.Encode(first), MessageCodec.Encode(second));
}
