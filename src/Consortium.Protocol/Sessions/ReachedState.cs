using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Sessions;

/// <summary>
/// What a bank said it reached, and whether its model is finished there. Banks agree when they said the same of both.
/// </summary>
public readonly record struct ReachedState(StateDigest State, bool IsFinal);
