using System.Collections.Immutable;

namespace Consortium.Protocol;

/// <summary>
/// What a transition gives: the next state, and what to do about it. Save the state first, then do the effects in order: then a
/// crash between the two loses nothing, for restarting asks for them again.
/// </summary>
public readonly record struct Step<TState, TEffect>(TState State, ImmutableArray<TEffect> Effects);
