namespace Consortium.Hosting.Tests.Bus;

/// <summary>Tests that share one <see cref="ImpatientBroker"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ImpatientCollection : ICollectionFixture<ImpatientBroker>
{
    public const string Name = "impatient broker";
}
