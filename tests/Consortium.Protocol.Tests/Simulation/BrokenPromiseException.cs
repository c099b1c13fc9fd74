namespace Consortium.Protocol.Tests.Simulation;

/// <summary>A simulated session in which one of the five promises did not hold.</summary>
internal sealed class BrokenPromiseException(int promise, string detail) : Exception($"Promise {promise}: {detail}")
{
    public int Promise => promise;
}
