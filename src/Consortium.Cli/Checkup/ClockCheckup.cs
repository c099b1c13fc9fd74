using System.Globalization;
using System.Runtime.InteropServices;
using Consortium.Cli.Enrolment;

namespace Consortium.Cli.Checkup;

/// <summary>
/// This machine's clock. AMQP tells no time, so it is not compared to another party's; nor need it be, for every deadline is
/// measured by one
/// clock. What must hold is that it does not stand before the files that were made on it, and that something keeps it right.
/// </summary>
internal static class ClockCheckup
{
    private const string Area = "clock";
    private const int NotSynchronized = 5;
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public static IEnumerable<Finding> Examine(ConsortiumHome home, IEnumerable<PartyHome> parties, TimeProvider time)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        string[] files =
        [
            .. parties.SelectMany(party => (string[])[party.IdentityFile, party.BrokerPasswordFile])
            .Prepend(home.ConfigurationFile).Where(File.Exists),
        ];
        string shown = now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        yield return files.FirstOrDefault(file => File.GetLastWriteTimeUtc(file) > now + Tolerance) is { } later
            ? Finding.Wrong(
                "", Area, $"It is {shown} UTC here, and {later} is of {File.GetLastWriteTimeUtc(later):yyyy-MM-dd HH:mm:ss} UTC.",
                "Set the clock, and have chrony or systemd-timesyncd keep it.")
            : Finding.Good(
                "",
                Area,
                $"It is {shown} UTC here, not before any of {files.Length} files of this consortium. Other parties' clocks "
                    + $"were not compared: AMQP tells no time.");
        if (IsSynchronized() is { } synchronized)
        {
            yield return synchronized
                ? Finding.Good("", Area, "The kernel says that the clock is synchronised.")
                : Finding.Note(
                    "",
                    Area,
                    "The kernel does not say that the clock is synchronised: on a machine of its own, run chrony or "
                        + "systemd-timesyncd.");
        }
    }

    /// <summary>Null where nobody can be asked.</summary>
    private static bool? IsSynchronized()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        byte[] reading = new byte[512]; // struct timex, larger than any architecture's; all zero only asks
        int state = AdjustClock(reading);
        return state < 0 ? null : state != NotSynchronized;
    }

    [DllImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdjustClock([In, Out] byte[] reading);
}
