using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>Opening proofs, for the key holders that are to judge them. The first from a bank for a key holder counts.</summary>
internal static class OpeningProofTable
{
    public const string Migration = """
        CREATE TABLE opening_proof (
            cohort BLOB NOT NULL,
            bank TEXT NOT NULL,
            holder TEXT NOT NULL,
            session BLOB NOT NULL,
            message BLOB NOT NULL,
            PRIMARY KEY (cohort, bank, holder));
        """;

    public static void Add(StateTransaction state, OpeningProofSubmitted proof) => state.Execute(
        "INSERT INTO opening_proof (cohort, bank, holder, session, message) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        proof.Manifest.Statement.CohortDigest.Value.ToArray(), proof.Sender.Name, proof.Holder.Name,
        proof.Manifest.Statement.Attempt.Session.Value.ToArray(), MessageCodec.Encode(proof));

    public static OpeningProofSubmitted? Find(
        StateTransaction state, CohortDigest cohort, PartyId bank, PartyId holder, MessageLimits limits) =>
        state.Query(
            "SELECT message FROM opening_proof WHERE cohort = $1 AND bank = $2 AND holder = $3",
            row => (OpeningProofSubmitted)MessageCodec.Decode(row.GetBytes(0), limits),
            cohort.Value.ToArray(), bank.Name, holder.Name).FirstOrDefault();
}
