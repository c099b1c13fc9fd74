using System.Text.Json;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Primitives;

namespace Consortium.Cli.Trials;

/// <summary>A trial's folder: what <c>init --trial</c> wrote, and the record of the processes that run in it.</summary>
internal sealed class TrialFolder(ConsortiumHome home)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public ConsortiumHome Home => home;

    public string BrokerFolder => Path.Combine(home.Path, "broker");

    public string BrokerSettings => Path.Combine(BrokerFolder, "broker.env");

    /// <summary>Where RabbitMQ writes the process identifier of its Erlang machine.</summary>
    public string BrokerPid => Path.Combine(BrokerFolder, "pid");

    private string RecordFile => Path.Combine(home.Path, "trial.json");

    private string LockFile => Path.Combine(home.Path, "trial.lock");

    /// <summary>Holds the folder while processes are started or stopped.</summary>
    /// <exception cref="CommandException">Another command holds it.</exception>
    public FileStream Lock()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(LockFile))
        {
            throw new CommandException(
                ExitCode.BadInput, $"Another `trial` command starts or stops the processes of {home.Path}: wait until it ends.",
                exception);
        }
    }

    /// <summary>The processes that were started here and not stopped; some may have ended by themselves.</summary>
    public IReadOnlyList<TrialProcess> Read()
    {
        try
        {
            return File.Exists(RecordFile) ? JsonSerializer.Deserialize<TrialProcess[]>(File.ReadAllBytes(RecordFile), Json)
                ?? [] : [];
        }
        catch (JsonException exception)
        {
            throw new CommandException(
                ExitCode.BadInput, $"{RecordFile} is no record of a trial: {exception.Message}", exception);
        }
    }

    public void Write(IReadOnlyList<TrialProcess> processes) =>
        DurableFile.Replace(RecordFile, JsonSerializer.SerializeToUtf8Bytes(processes, Json));

    public void Forget() => File.Delete(RecordFile);
}
