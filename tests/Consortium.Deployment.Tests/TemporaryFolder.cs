namespace Consortium.Deployment.Tests;

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("consortium-deployment-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
