namespace Consortium.Cli.Reporting;

internal static class HtmlReport
{
    public static string Render(TrainingReport report) => "<!doctype html><title>x</title>" + report.Title;
}
