using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Reporting;

/// <summary>A report's two files: what people open, and the figures it was made of.</summary>
internal sealed class ReportFiles
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file for programs, never part of a page
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <param name="html">Where the page goes; the figures go beside it, under the same name with another end.</param>
    public ReportFiles(string html)
    {
        Html = Path.GetFullPath(html);
        Json = Path.ChangeExtension(Html, ".json");
        if (Json == Html)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"--output is {html}: name the HTML file, such as {Path.ChangeExtension(html, ".html")}. The figures go "
                    + $"beside it as JSON.");
        }
    }

    public string Html { get; }

    public string Json { get; }

    /// <summary>Reads figures that an earlier command kept.</summary>
    /// <exception cref="CommandException">No such file, or not such figures.</exception>
    public static async Task<TrainingReport> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream file = File.OpenRead(path);
            TrainingReport report = await JsonSerializer.DeserializeAsync<TrainingReport>(file, Options, cancellationToken)
                ?? throw new JsonException("it holds null");
            return report.Format == TrainingReport.CurrentFormat
                ? report
                : throw new CommandException(
                    ExitCode.BadInput,
                    $"{path} has format {report.Format}; this program reads {TrainingReport.CurrentFormat}: use the release "
                        + $"that wrote it.");
        }
        catch (JsonException exception)
        {
            throw new CommandException(ExitCode.BadInput, $"{path} is no saved result of `demo`: {exception.Message}", exception);
        }
    }

    /// <summary>Finds out before the work whether its result can be kept.</summary>
    /// <exception cref="CommandException">It cannot.</exception>
    public void CheckWritable()
    {
        string folder = Path.GetDirectoryName(Html)!;
        if (!Directory.Exists(folder))
        {
            throw new CommandException(
                ExitCode.BadInput, $"There is no folder {folder} for the report: create it, or name another with --output.");
        }

        try
        {
            foreach (string file in (string[])[Html, Json])
            {
                if (File.Exists(file))
                {
                    using FileStream existing = File.OpenWrite(file);
                }
                else
                {
                    using FileStream trial = new(
                        file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.BadInput,
                $"The report cannot be written to {Html}: {exception.Message} Name another file with --output.", exception);
        }
    }

    public async Task WriteAsync(TrainingReport report, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(Json, JsonSerializer.SerializeToUtf8Bytes(report, Options), cancellationToken);
        await WritePageAsync(report, cancellationToken);
    }

    public Task WritePageAsync(TrainingReport report, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Html, HtmlReport.Render(report), cancellationToken);
}
