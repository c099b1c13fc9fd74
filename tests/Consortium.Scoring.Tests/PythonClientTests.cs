using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Scoring.Tests;

/// <summary>A client in another language, written from the pages alone, gets the same scores.</summary>
public sealed class PythonClientTests
{
    [Fact]
    public async Task Score_ByPythonsStandardLibrary_IsTheQuantisedModels()
    {
        await using TestScorer scorer = await TestScorer.StartAsync();
        string folder = Directory.CreateTempSubdirectory("consortium-python-").FullName;
        try
        {
            string state = Path.Combine(folder, "state.json"), root = Path.Combine(folder, "root.pem"),
                rowsFile = Path.Combine(folder, "rows.json");
            File.WriteAllText(root, TestScorer.RootPem);
            FeatureMatrix rows = TestModel.Rows(6, seed: 5);
            File.WriteAllText(rowsFile, JsonSerializer.Serialize(Enumerable.Range(0, rows.RowCount).Select(
                row => Enumerable.Range(0, rows.ColumnCount).Select(
                    column => float.IsNaN(rows[row, column]) ? (double?)null : rows[row, column]))));
            byte[] publicKey = Convert.FromHexString(await RunAsync("key", state)), token = RandomNumberGenerator.GetBytes(32);
            using var registrar = new RawClient(scorer);
            registrar.Registration = registrar.Registration with { PublicKey = publicKey, Token = Digest.Of(token) };
            Assert.Equal(204, (await registrar.RegisterAsync()).Status);

            string printed = await RunAsync(
                "score", state, scorer.Http.BaseAddress!.ToString(), root,
                $"{registrar.Registration.Id}.{Convert.ToHexStringLower(token)}", rowsFile);

            Assert.Equal(TestScorer.Model.LogOdds(rows), JsonSerializer.Deserialize<double[]>(printed));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Script_IsShortAndNeedsNoPackage()
    {
        string[] lines = File.ReadAllLines(Script);
        Assert.InRange(lines.Length, 1, 199);
        Assert.DoesNotContain(lines, line => line.Contains("numpy", StringComparison.Ordinal));
    }

    private static string Script => Path.Combine(AppContext.BaseDirectory, "scoring_client.py");

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", [Script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output.Trim();
    }
}
