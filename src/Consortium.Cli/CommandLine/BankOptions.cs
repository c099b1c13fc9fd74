using System.CommandLine;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;

namespace Consortium.Cli.CommandLine;

/// <summary>Options of commands that a bank runs over its own payments, models and daemon's folders.</summary>
internal static class BankOptions
{
    public static readonly Option<DirectoryInfo?> DataFolder = new("--data")
    {
        Description = "The bank's data folder (the daemon's Consortium__Data)",
        HelpName = "DIR",
    };

    public static readonly Option<DirectoryInfo?> OutputFolder = new("--output-folder")
    {
        Description = "The bank's output folder, if the daemon was given one (default: output in the data folder)",
        HelpName = "DIR",
    };

    public static readonly Option<TimeZoneInfo?> Zone = new("--zone")
    {
        Description =
            "The zone of the bank's days, for times that name one: an IANA name, UTC or an offset; UTC, with a warning, "
                + "unless given",
        HelpName = "ZONE",
        CustomParser = result =>
        {
            if (PaymentZone.TryParse(result.Tokens[0].Value, out TimeZoneInfo zone))
            {
                return zone;
            }

            result.AddError(
                $"--zone takes an IANA zone such as Europe/Zurich, UTC, or an offset such as +02:00, not "
                    + $"'{result.Tokens[0].Value}'.");
            return null;
        },
    };

    /// <summary>The option of commands that read payment files.</summary>
    public static readonly Option<FileInfo?> Mapping = new("--mapping")
    {
        Description =
            "mapping.json: which column of CSV or Parquet files is what, for files in other columns than AMLworld's (`data map`)",
        HelpName = "FILE",
    };

    /// <summary>The mapping that a command was given; null where it was given none.</summary>
    /// <exception cref="CommandException">The file is none; names the field and the fix.</exception>
    public static PaymentMapping? MappingOf(ParseResult parsed)
    {
        if (parsed.GetValue(Mapping) is not { } file)
        {
            return null;
        }

        try
        {
            return MappingText.Read(file.FullName);
        }
        catch (Exception error) when (error is PaymentFileException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadInput, error.Message);
        }
    }
}
