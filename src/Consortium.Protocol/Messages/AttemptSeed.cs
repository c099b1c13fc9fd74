using Consortium.Cryptography.Sampling;

namespace Consortium.Protocol.Messages;

/// <summary>The public polynomials' seed of an attempt: the same for every bank, another for every attempt.</summary>
public static class AttemptSeed
{
    public static PublicSeed Of(AttemptId attempt) => PublicSeed.Derive(
        attempt.Consortium.Value.ToArray(), attempt.Session.Value.ToArray(), (ulong)attempt.Round.Value,
        (uint)attempt.Attempt.Value);
}
