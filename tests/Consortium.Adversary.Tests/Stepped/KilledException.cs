namespace Consortium.Adversary.Tests.Stepped;

/// <summary>The process ends here.</summary>
internal sealed class KilledException(string point) : Exception(point);
