using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Audit;

/// <summary>Something that does not hold.</summary>
/// <param name="Check">Which check failed.</param>
/// <param name="Round">In which round, or null when it is the plan.</param>
/// <param name="Party">Whom it points at, where it points at someone.</param>
/// <param name="Chunk">Which chunk, where it is one.</param>
/// <param name="Detail">For people.</param>
public sealed record AuditFinding(AuditCheck Check, RoundNumber? Round, PartyId? Party, int? Chunk, string Detail)
{
    public override string ToString() =>
        $"{Check}{(Round is null ? null : $", round {Round}")}{(Party is null ? null : $", {Party}")}"
            + $"{(Chunk is null ? null : $", chunk {Chunk}")}: {Detail}";
}
