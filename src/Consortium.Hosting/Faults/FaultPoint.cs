namespace Consortium.Hosting.Faults;

/// <summary>
/// Called at every named point around storage and bus, so that a test can stop the process, or fail, exactly there.
/// <paramref name="point"/> reads "what:when", for instance "blob:synced" or "bus:confirmed". Must not block.
/// </summary>
public delegate void FaultPoint(string point);
