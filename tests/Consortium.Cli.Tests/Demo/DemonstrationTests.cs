using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Demo;

namespace Consortium.Cli.Tests.Demo;

public sealed class DemonstrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Run_SmallConsortium_EqualsPooledAndSaysSoAsJson()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, TextReader.Null);

        ExitCode code = await DemoCommands.RunAsync(terminal, SmallDemo.Options(Path.Combine(_folder.FullName, "report.html")), isJson: true, isVerbose: false, TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Done, code);
        JsonElement result = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.True(result.GetProperty("identicalToPooled").GetBoolean());
        Assert.Equal(result.GetProperty("pooledDigest").GetString(), result.GetProperty("modelDigest").GetString());
        Assert.True(result.GetProperty("wireBytesPerBank").GetInt64() > 100_000);
        Assert.True(result.GetProperty("rounds").GetInt32() > 3);
        Assert.Equal(3, result.GetProperty("banks").GetArrayLength());
    }
}
