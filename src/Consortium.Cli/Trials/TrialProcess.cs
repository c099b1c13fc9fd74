using System.Globalization;

namespace Consortium.Cli.Trials;

/// <summary>A process of a trial, as a later command finds it again.</summary>
/// <param name="Name">The party's name, or <c>broker</c>.</param>
/// <param name="Pid">The process identifier.</param>
/// <param name="Started">When it started, in the kernel's ticks: another process of this identifier started at another
/// time.</param>
/// <param name="Log">The file that its output goes to.</param>
/// <param name="Ready">The address that answers 200 when it is ready; null for the broker.</param>
internal sealed record TrialProcess(string Name, int Pid, ulong Started, string Log, Uri? Ready)
{
    /// <summary>The state and the start time in <c>/proc/PID/stat</c>, counted from the state on.</summary>
    private const int StartField = 19;

    public bool IsRunning => StartOf(Pid) == Started;

    /// <summary>When a process started; null when there is none, or when it ended and its parent has not noticed yet.</summary>
    public static ulong? StartOf(int pid)
    {
        try
        {
            string status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' '); // the name before may hold anything
            return fields[0] is "Z" or "X" ? null : ulong.Parse(fields[StartField], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Asks whether it is ready.</summary>
    public async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        if (!IsRunning)
        {
            return false;
        }

        if (Ready is null)
        {
            return true;
        }

        try
        {
            using HttpResponseMessage response = await http.GetAsync(Ready, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it is still starting
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // it did not answer in time
        }
    }
}
