using Consortium.Cryptography.Encryption;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The vector each bank sends in a round: how many values, how many levels each (values are 0 to <c>Levels - 1</c>), and how many
/// ciphertext chunks that makes. The model family decides it from the state; all members of a cohort must agree on it.
/// </summary>
public readonly record struct UpdateShape(int Values, ulong Levels, int Chunks)
{
    /// <summary>
    /// A vote: one 1 among three choices, shared to the key holders as a ballot, without ciphertext. No other shape is without
    /// chunks.
    /// </summary>
    public static UpdateShape Ballot { get; } = new(Cryptography.Ballots.Ballot.Choices, 2, 0);

    public bool IsBallot => Chunks == 0;

    /// <summary>How the values are packed in a session: with room for the sum over all of the plan's participants.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A sum of that many levels does not fit 64 bits.</exception>
    public SlotLayout LayoutFor(SessionPlan plan) => SlotLayout.For(plan.Participants.Length, Levels);

    public override string ToString() => IsBallot ? "a ballot" : $"{Values} values of {Levels} levels in {Chunks} chunks";
}
