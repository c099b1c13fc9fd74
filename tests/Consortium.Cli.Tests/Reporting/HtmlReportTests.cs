using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Reporting;
using Consortium.Cli.Tests.CommandLine;

namespace Consortium.Cli.Tests.Reporting;

public sealed class HtmlReportTests : IDisposable
{
    private const string Hostile = "<script>alert('x')</script>\"&";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-report-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Render_BankNamedLikeMarkup_IsText()
    {
        string page = HtmlReport.Render(SampleReport.Create(Hostile, "002", "003"));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("alert('x')", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_AnyReport_NeedsNoNetwork()
    {
        string page = HtmlReport.Render(SampleReport.Create("001", "002", "003"));

        Assert.DoesNotContain("http:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Render_ModelDiffersFromPooled_SaysSoLoudly()
    {
        string page = HtmlReport.Render(
            SampleReport.Create("001", "002", "003") with { IdenticalToPooled = false, PooledDigest = new string('9', 64) });

        Assert.Contains("Not identical", page, StringComparison.Ordinal);
        Assert.Contains("NOT the one", page, StringComparison.Ordinal);
        Assert.Contains(new string('9', 64), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_SessionWithNoise_GivesItsGuarantee_AndOneWithoutSaysThatThereIsNone()
    {
        TrainingReport exact = SampleReport.Create("001", "002", "003");
        string page = HtmlReport.Render(exact with { Card = exact.Card with { Guarantee = "Epsilon 2, delta 1e-6." } });

        Assert.Contains("added noise to its part. Epsilon 2, delta 1e-6.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no differential privacy", page, StringComparison.Ordinal);
        Assert.Contains("no differential privacy", HtmlReport.Render(exact), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_BanksVoted_SaysHowMany()
    {
        TrainingReport report = SampleReport.Create("001", "002", "003");
        string page = HtmlReport.Render(report);
        Assert.Contains("<strong>3 of 3</strong>", page, StringComparison.Ordinal);
        Assert.Contains("Adopted by 3 of 3 votes.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Adopted by", HtmlReport.Render(report with { Vote = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NoLaunderingOnTestDays_LeavesOutWhatIsUnknown()
    {
        TrainingReport report = SampleReport.Create("001", "002", "003");
        report = report with
        {
            Banks =
            [
                .. report.Banks.Select(
                    bank => bank with
                    {
                        OwnAveragePrecision = null,
                        ConsortiumAveragePrecision = null,
                        PooledAveragePrecision = null,
                        OwnRecall = null,
                        ConsortiumRecall = null,
                        PooledRecall = null,
                    }),
            ],
            Details = null,
            Own = null,
            Consortium = null,
            Pooled = null,
        };

        string page = HtmlReport.Render(report);

        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
        Assert.Contains("Model card", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfKeptFigures_IsThePageThatDemoWrote()
    {
        var files = new ReportFiles(Path.Combine(_folder.FullName, "first.html"));
        await files.WriteAsync(SampleReport.Create("001", "002", "003"), TestContext.Current.CancellationToken);
        string again = Path.Combine(_folder.FullName, "again.html");

        CommandLineRun run = await CommandLineRun.Of("report", files.Json, "--output", again);

        Assert.Equal((ExitCode.Done, again), (run.Code, run.Out.Trim()));
        Assert.Equal(
            await File.ReadAllTextAsync(files.Html, TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(again, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("not json")]
    [InlineData("null")]
    public async Task Report_OfSomethingElse_SaysWhatTheFileIsNot(string content)
    {
        string file = Path.Combine(_folder.FullName, "figures.json");
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);

        CommandLineRun run = await CommandLineRun.Of("report", file);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("is no saved result", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Report_OfAMissingFile_SaysWhichToName()
    {
        CommandLineRun run = await CommandLineRun.Of("report", Path.Combine(_folder.FullName, "missing.json"));

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("There is no file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_WrittenAndRead_KeepTheirNames()
    {
        string json = JsonSerializer.Serialize(SampleReport.Create("001", "002", "003"), JsonSerializerOptions.Web);

        foreach (
            string name in (string[])[
                "identicalToPooled", "modelDigest", "trainSeconds", "pooledTrainSeconds", "rounds", "wireBytesPerBank", "banks",
                "ownAveragePrecision", "consortiumAveragePrecision", "pooledAveragePrecision"])
        {
            Assert.Contains($"\"{name}\":", json, StringComparison.Ordinal);
        }
    }
}
