namespace Consortium.Hosting.Tests.Storage;

/// <summary>Thrown from a fault point: from there on, the test goes on as a new process would.</summary>
internal sealed class SimulatedCrashException(string point) : Exception(point);
