namespace Consortium.Hosting.Tests.Bus;

/// <summary>Tests that measure the process's memory: no other runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
