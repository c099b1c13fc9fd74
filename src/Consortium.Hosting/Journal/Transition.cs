using Consortium.Hosting.Bus;

namespace Consortium.Hosting.Journal;

/// <summary>What a pure state machine made of a frame: the verdict on it, and what is to be sent.</summary>
public sealed record Transition(Delivery Delivery, IReadOnlyList<OutgoingFrame> Outgoing);
