using Consortium.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>
/// Takes frames of ciphertext: bounded, checked against the bank's manifest and added to the running sum when the manifest is
/// there already, and stored before they are acknowledged. Frames may overtake their manifest; then they wait, as many as one
/// update may have.
/// </summary>
internal sealed class ChunkIntake(Party party, DecodedState decoded, Summation summation)
{
    public static bool IsChunks(ReadOnlySpan<byte> body) => body.StartsWith("CNCF"u8);

    /// <summary>Stores the frame, unless it is rejected.</summary>
    /// <param name="keep">Given the verdict so far, notes the stored frame in one transaction.</param>
    /// <param name="tell">Told why chunks for the current attempt are rejected.</param>
    public async Task<Delivery> HandleAsync(
        Frame frame, Func<ChunkFrame, StoredFrame, Task<Delivery>> keep, Func<ChunkFrame, Rejection, Task> tell,
        CancellationToken cancellationToken)
    {
        ChunkFrame chunks;
        try
        {
            chunks = ChunkFrame.Decode(frame.Body, party.Configuration.Limits);
        }
        catch (MalformedDataException malformed)
        {
            return Verdict(new Rejection(RejectionReason.Malformed, malformed.Message));
        }

        (Rejection? rejection, KnownUpdate? update,
            SessionPlan? plan) = await ExpectAsync(chunks, frame.Sender, cancellationToken);
        rejection ??= update is null ? null : summation.Check(chunks, update, plan!);
        if (rejection is not null)
        {
            Delivery verdict = Verdict(rejection);
            if (plan is not null && verdict != Delivery.Accepted)
            {
                await tell(chunks, rejection);
            }

            return verdict;
        }

        Digest blob = await party.Blobs.PutAsync(frame.Body, frame.Digest, cancellationToken);
        return await keep(chunks, new StoredFrame(chunks.First, chunks.Count, blob, IsChecked: update is not null));
    }

    /// <summary>Why chunks of this session are not wanted now, or null.</summary>
    public static Rejection? Unwanted(AggregatorSession? session, ChunkFrame chunks, PartyId sender) =>
        session is null ? new(RejectionReason.UnknownSession, $"no plan of session {chunks.Attempt.Session} was started here")
        : !session.Plan.Statement.Participants.Contains(sender)
            ? new(RejectionReason.NotAllowed, $"'{sender}' is not in the plan")
        : session.Round.Attempt != chunks.Attempt || session.Round.Phase != RoundPhase.Collecting
            ? new(RejectionReason.WrongAttempt, $"chunks for {chunks.Attempt}; the session is at {session.Round.Attempt}")
        : null;

    private static Delivery Verdict(Rejection rejection) =>
        rejection.Reason == RejectionReason.WrongAttempt
            ? Delivery.Accepted
            : Delivery.Rejected($"{rejection.Reason}: {rejection.Detail}");

    private Task<(Rejection? Rejection, KnownUpdate? Update, SessionPlan? Plan)> ExpectAsync(
        ChunkFrame chunks, PartyId sender, CancellationToken cancellationToken) =>
        party.Database.ReadAsync<(Rejection?, KnownUpdate?, SessionPlan?)>(
            state =>
            {
                AggregatorSession? session = decoded.Find(state, chunks.Attempt.Session);
                KnownUpdate? update = decoded.FindUpdate(state, chunks.Source, isCommitted: true);
                Rejection? rejection = Unwanted(session, chunks, sender)
                    ?? (update is not null && update.Sender != sender
                        ? new(RejectionReason.Inconsistent, $"chunks of an update of '{update.Sender}'")
                    : update is null && Archive.CountUnchecked(state, sender) >= party.Configuration.Limits.Chunks
                        ? new(RejectionReason.NotAllowed, "too many chunks ahead of their manifest")
                    : null);
                return (rejection, update, session?.Plan.Statement);
            },
            cancellationToken);
}
