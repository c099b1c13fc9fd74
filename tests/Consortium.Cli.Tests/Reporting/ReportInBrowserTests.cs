using System.Text.Json;
using Consortium.Cli.Reporting;

namespace Consortium.Cli.Tests.Reporting;

public sealed class ReportInBrowserTests : IDisposable
{
    private const string Look = """
        (() => {
          const drawn = element => { const box = element.getBoundingClientRect(); return box.width > 0 && box.height > 0; };
          const plots = [...document.querySelectorAll('svg.plot')];
          return {
            scripts: document.querySelectorAll('script').length,
            plots: plots.length,
            undrawn: plots.filter(plot => !drawn(plot) || ![...plot.querySelectorAll('rect.bar, polyline, circle')].some(drawn)).map(plot => plot.id || plot.textContent.slice(0, 40)),
            untitled: plots.filter(plot => !plot.getAttribute('aria-label') && !(plot.querySelector('title') && plot.querySelector('desc'))).length,
            wide: document.documentElement.scrollWidth > window.innerWidth,
            paper: getComputedStyle(document.body).backgroundColor,
          };
        })()
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("consortium-page-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Page_InLightAndDark_DrawsEveryPlotWithoutAWordOnTheConsole()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Assert.SkipUnless(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium");
        var files = new ReportFiles(Path.Combine(_folder.FullName, "report.html"));
        await files.WriteAsync(
            SampleReport.Create("<script>document.title='taken'</script>", "002", "003", "004", "005"), cancellationToken);
        string screenshots = Directory.CreateDirectory(Path.Combine(RepositoryRoot(), "TestResults")).FullName;
        var papers = new HashSet<string>();

        await using Browser browser = await Browser.StartAsync(cancellationToken);
        foreach (string scheme in (string[])["light", "dark"])
        {
            await browser.OpenAsync(new Uri(files.Html), scheme, cancellationToken);
            JsonElement seen = await browser.EvaluateAsync(Look, cancellationToken);

            Assert.Equal(0, seen.GetProperty("scripts").GetInt32());
            // gains, five banks' curves, days, two features, two of rounds
            Assert.Equal(11, seen.GetProperty("plots").GetInt32());
            Assert.Empty(seen.GetProperty("undrawn").EnumerateArray().Select(plot => plot.GetString()));
            Assert.Equal(0, seen.GetProperty("untitled").GetInt32());
            Assert.False(seen.GetProperty("wide").GetBoolean(), "The page scrolls sideways.");
            papers.Add(seen.GetProperty("paper").GetString()!);
            await browser.CaptureAsync(Path.Combine(screenshots, $"report-{scheme}.png"), cancellationToken);
        }

        Assert.Equal(2, papers.Count);
        Assert.Empty(browser.RejectionNotices);
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Consortium.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No repository above {AppContext.BaseDirectory}.");
    }
}
