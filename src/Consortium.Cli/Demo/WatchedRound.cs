using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>One round as the operator saw it end.</summary>
/// <param name="Seconds">From the session's start to the last bank's word that it advanced.</param>
/// <param name="Bytes">Received by all parties until then, since the session's start.</param>
/// <param name="State">What all banks' models are in after it.</param>
internal sealed record WatchedRound(int Round, double Seconds, long Bytes, StateDigest State);
