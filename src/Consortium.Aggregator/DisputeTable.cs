using Consortium.Hosting.Storage;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>What was said about sums that do not open: who disputes where, who accounted for it, and what key holders found. The first word of each counts.</summary>
internal static class DisputeTable
{
    public const string Migration = """
        CREATE TABLE dispute (
            cohort BLOB NOT NULL,
            bank TEXT NOT NULL,
            session BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (cohort, bank));
        CREATE TABLE account (
            cohort BLOB NOT NULL,
            bank TEXT NOT NULL,
            holder TEXT NOT NULL,
            session BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (cohort, bank, holder));
        CREATE TABLE verdict (
            cohort BLOB NOT NULL,
            bank TEXT NOT NULL,
            holder TEXT NOT NULL,
            session BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (cohort, bank, holder));
        """;

    public static void Add(StateTransaction state, Signed<SumDisputed> disputed) => state.Execute(
        "INSERT INTO dispute (cohort, bank, session, message) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        disputed.Statement.Cohort.Value.ToArray(), disputed.Sender.Name, disputed.Statement.Attempt.Session.Value.ToArray(), MessageCodec.Encode(disputed));

    public static IReadOnlyList<Signed<SumDisputed>> Disputes(StateTransaction state, CohortDigest cohort, MessageLimits limits) => state.Query(
        "SELECT message FROM dispute WHERE cohort = $1 ORDER BY bank", row => (Signed<SumDisputed>)Read(row, limits), cohort.Value.ToArray());

    public static void Add(StateTransaction state, OpeningProofSubmitted account) => state.Execute(
        "INSERT INTO account (cohort, bank, holder, session, message) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        account.Manifest.Statement.Cohort.Value.ToArray(), account.Sender.Name, account.Holder.Name,
        account.Manifest.Statement.Attempt.Session.Value.ToArray(), MessageCodec.Encode(account));

    public static OpeningProofSubmitted? FindOpeningProof(StateTransaction state, CohortDigest cohort, PartyId bank, PartyId holder, MessageLimits limits) => state.Query(
        "SELECT message FROM account WHERE cohort = $1 AND bank = $2 AND holder = $3",
        row => (OpeningProofSubmitted)Read(row, limits), cohort.Value.ToArray(), bank.Name, holder.Name).FirstOrDefault();

    public static void Add(StateTransaction state, Signed<OpeningProofJudged> judged) => state.Execute(
        "INSERT INTO verdict (cohort, bank, holder, session, message) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        judged.Statement.Cohort.Value.ToArray(), judged.Statement.Bank.Name, judged.Sender.Name,
        judged.Statement.Attempt.Session.Value.ToArray(), MessageCodec.Encode(judged));

    public static bool IsJudged(StateTransaction state, CohortDigest cohort, PartyId bank, PartyId holder) => state.Query(
        "SELECT 1 FROM verdict WHERE cohort = $1 AND bank = $2 AND holder = $3", row => row.GetInt32(0), cohort.Value.ToArray(), bank.Name, holder.Name).Count > 0;

    private static Message Read(StateRow row, MessageLimits limits) => MessageCodec.Decode(row.GetBytes(0), limits);
}
