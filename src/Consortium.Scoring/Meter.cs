using Consortium.Cryptography.Identity;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Scoring;
using Microsoft.AspNetCore.Http;

namespace Consortium.Scoring;

/// <summary>
/// Charges batches against quotas and writes receipts, in one transaction: a batch is charged once however often it is sent, and
/// no reply leaves before its receipt is durable. Thread-safe.
/// </summary>
internal sealed class Meter(
    StateDatabase database, ConsortiumConfiguration configuration, PrivateIdentity scorer, TimeProvider time)
{
    /// <summary>
    /// How often an interrupted reply may be asked for again. Each reply is drawn afresh, and each adds its distance to what a
    /// client may tell of the weights.
    /// </summary>
    public const int MostRepeats = 4;

    /// <summary>Receipts that one page holds.</summary>
    public const int PageLength = 100;

    internal const string Migration =
        """
        CREATE TABLE scoring_use (client TEXT NOT NULL, model BLOB NOT NULL, used BIGINT NOT NULL, PRIMARY KEY (client, model));
        CREATE TABLE scoring_seed (client TEXT NOT NULL, seed BLOB NOT NULL, PRIMARY KEY (client, seed));
        CREATE TABLE scoring_receipt (
            client TEXT NOT NULL, sequence BIGINT NOT NULL, batch TEXT NOT NULL, request BLOB NOT NULL, model BLOB NOT NULL,
            payload BLOB NOT NULL, envelope BLOB NOT NULL, repeats INTEGER NOT NULL, countersigned INTEGER NOT NULL,
            made BIGINT NOT NULL, PRIMARY KEY (client, sequence));
        CREATE UNIQUE INDEX scoring_receipt_batch ON scoring_receipt (client, batch);
        """;

    /// <summary>Payments that a client has had scored with each model.</summary>
    public Task<IReadOnlyDictionary<Digest, long>> UseOfAsync(PartyId client, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<Digest, long>>(
            transaction => transaction.Query(
                "SELECT model, used FROM scoring_use WHERE client = $1",
                row => (Model: new Digest(row.GetBytes(0)), Used: row.GetInt64(1)),
                client.Name).ToDictionary(use => use.Model, use => use.Used),
            cancellationToken);

    /// <summary>Charges a batch and makes its receipt, or gives the receipt that the batch has.</summary>
    /// <param name="seeds">The first bytes of each query.</param>
    public Task<(byte[]? Envelope, Refusal? Refusal)> ChargeAsync(
        PartyId client, Offer offer, string batch, Digest request, IReadOnlyList<byte[]> seeds,
        CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction => Charge(transaction, client, offer, batch, request, seeds), cancellationToken);

    /// <summary>A client's receipts after a place in its chain, as DSSE envelopes.</summary>
    public Task<IReadOnlyList<byte[]>> ReceiptsAsync(PartyId client, long after, CancellationToken cancellationToken) =>
        database.ReadAsync(
            transaction => transaction.Query(
                "SELECT envelope FROM scoring_receipt WHERE client = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
                row => row.GetBytes(0), client.Name, after, PageLength),
            cancellationToken);

    /// <summary>Keeps a client's signature beside the scorer's.</summary>
    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> CountersignAsync(Member client, string batch, byte[] signature, CancellationToken cancellationToken) =>
        database.WriteAsync(
            transaction =>
            {
                if (transaction.Query(
                    "SELECT envelope, countersigned FROM scoring_receipt WHERE client = $1 AND batch = $2",
                    row => (Envelope: row.GetBytes(0), IsDone: row.GetInt32(1) != 0), client.Id.Name, batch)
                    is not [var receipt])
                {
                    return Refusal.NotFound($"{client.Id} has no receipt for batch {batch}.");
                }

                if (receipt.IsDone)
                {
                    return null;
                }

                SignedEnvelope envelope = SignedEnvelope.FromJson(receipt.Envelope);
                SignedEnvelope both = envelope with
                {
                    Signatures =
                    [
                        .. envelope.Signatures, new SignedEnvelope.Entry(SignedEnvelope.KeyIdOf(client.Identity), signature),
                    ],
                };
                if (!both.IsSignedBy(client.Identity))
                {
                    return Refusal.BadInput($"The signature over the receipt is not {client.Id}'s.");
                }

                transaction.Execute(
                    "UPDATE scoring_receipt SET envelope = $1, countersigned = 1 WHERE client = $2 AND batch = $3",
                    both.ToJson(), client.Id.Name, batch);
                return null;
            },
            cancellationToken);

    private (byte[]? Envelope, Refusal? Refusal) Charge(
        StateTransaction transaction, PartyId client, Offer offer, string batch, Digest request, IReadOnlyList<byte[]> seeds)
    {
        byte[] model = offer.Model.ToArray(), digest = request.ToArray();
        if (transaction.Query(
            "SELECT request, model, envelope, repeats FROM scoring_receipt WHERE client = $1 AND batch = $2",
            row => (Request: row.GetBytes(0), Model: row.GetBytes(1), Envelope: row.GetBytes(2), Repeats: row.GetInt32(3)),
            client.Name, batch) is [var known])
        {
            return Repeat(transaction, client, batch, known, model, digest);
        }

        int payments = checked(seeds.Count * offer.Parameters.Payments);
        long used = transaction.Query(
            "SELECT used FROM scoring_use WHERE client = $1 AND model = $2", row => row.GetInt64(0), client.Name, model)
            .FirstOrDefault();
        if (used + payments > offer.Quota)
        {
            return (null, Refusal.Forbidden(
                "quota",
                $"The quota is {offer.Quota} payments with this model; {used} are used and this batch has {payments}."));
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds(), sequence = 0;
        var previous = new Digest(new byte[Digest.Length]);
        if (transaction.Query(
            "SELECT sequence, payload, made FROM scoring_receipt WHERE client = $1 ORDER BY sequence DESC LIMIT 1",
            row => (Sequence: row.GetInt64(0), Payload: row.GetBytes(1), Made: row.GetInt64(2)), client.Name) is [var last])
        {
            if (now < last.Made)
            {
                return (null, new Refusal(
                    StatusCodes.Status503ServiceUnavailable, "clock",
                    $"The scorer's clock shows {now}, before the last receipt's {last.Made}. It must be set right."));
            }

            (sequence, previous) = (last.Sequence, Digest.Of(last.Payload));
        }

        foreach (byte[] seed in seeds)
        {
            if (transaction.Execute(
                "INSERT INTO scoring_seed (client, seed) VALUES ($1, $2) ON CONFLICT DO NOTHING", client.Name, seed) == 0)
            {
                // What was inserted before goes with the transaction's savepoint: the exception undoes it.
                throw new SeedSeenException();
            }
        }

        byte[] payload = new ScoreReceipt
        {
            Consortium = configuration.Digest,
            Scorer = configuration.Scorer!.Id,
            Client = client,
            Sequence = sequence + 1,
            Previous = previous,
            Batch = batch,
            Model = offer.Model,
            Request = request,
            Payments = payments,
            Time = now,
        }.ToBytes();
        byte[] envelope = SignedEnvelope.Sign(ScoreReceipt.MediaType, payload, scorer).ToJson();
        transaction.Execute(
            """
            INSERT INTO scoring_use (client, model, used) VALUES ($1, $2, $3)
            ON CONFLICT (client, model) DO UPDATE SET used = scoring_use.used + excluded.used
            """,
            client.Name, model, (long)payments);
        transaction.Execute(
            """
            INSERT INTO scoring_receipt
                (client, sequence, batch, request, model, payload, envelope, repeats, countersigned, made)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)
            """,
            client.Name, sequence + 1, batch, digest, model, payload, envelope, now);
        return (envelope, null);
    }

    private static (byte[]? Envelope, Refusal? Refusal) Repeat(
        StateTransaction transaction, PartyId client, string batch,
        (byte[] Request, byte[] Model, byte[] Envelope, int Repeats) known, byte[] model, byte[] request)
    {
        if (!known.Request.AsSpan().SequenceEqual(request) || !known.Model.AsSpan().SequenceEqual(model))
        {
            return (null, Refusal.Conflict(
                "batch-known", $"Batch {batch} was charged with other queries or another model. Give each batch a fresh name."));
        }

        if (known.Repeats >= MostRepeats)
        {
            return (null, Refusal.Conflict("repeated", $"Batch {batch} was answered {MostRepeats + 1} times already."));
        }

        transaction.Execute(
            "UPDATE scoring_receipt SET repeats = repeats + 1 WHERE client = $1 AND batch = $2", client.Name, batch);
        return (known.Envelope, null);
    }
}
