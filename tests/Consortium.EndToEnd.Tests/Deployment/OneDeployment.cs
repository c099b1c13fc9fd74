namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>Tests that share a deployment, one after the other.</summary>
[CollectionDefinition]
public sealed class OneDeployment : ICollectionFixture<DeployedConsortium>;
