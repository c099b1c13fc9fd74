using Consortium.Hosting.Bus;

namespace Consortium.Hosting.Journal;

/// <summary>What a pure state machine made of a frame: the verdict on it, and what is to be sent.</summary>
public sealed record Transition(Delivery Delivery, IReadOnlyList<OutgoingFrame> Outgoing)
{
    /// <summary>
    /// Whether the same bytes from the same sender are to have no effect when they come again. False is for questions, which may be
    /// asked twice in the same words.
    /// </summary>
    public bool Once { get; init; } = true;
}
