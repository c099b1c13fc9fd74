using Consortium.Hosting.Faults;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Bus;

/// <summary>What the bus takes from its process.</summary>
public sealed record BusSurroundings(ILoggerFactory Loggers, TimeProvider Time, FaultPoint Faults);
