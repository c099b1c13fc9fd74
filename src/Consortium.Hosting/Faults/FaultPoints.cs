using System.Diagnostics;

namespace Consortium.Hosting.Faults;

/// <summary>What can be hung on the fault points.</summary>
public static class FaultPoints
{
    /// <summary>The variable that a test gives a daemon: the number of the fault point at which it is to kill itself.</summary>
    public const string KillAtVariable = "CONSORTIUM_KILL_AT_FAULT_POINT";

    /// <summary>Production: nothing happens.</summary>
    public static FaultPoint None { get; } = static _ => { };

    /// <summary>Nothing, unless <see cref="KillAtVariable"/> is set.</summary>
    /// <exception cref="FormatException">The variable is no whole number above 0.</exception>
    public static FaultPoint FromEnvironment()
    {
        string? value = Environment.GetEnvironmentVariable(KillAtVariable);
        return value is null ? None
            : int.TryParse(value, out int number) && number > 0 ? KillAt(number)
            : throw new FormatException($"{KillAtVariable} is '{value}'; it takes the number of a fault point, from 1.");
    }

    /// <summary>
    /// Kills this process, with no clean-up at all, when the <paramref name="number"/>th point is passed, counted from 1.
    /// </summary>
    public static FaultPoint KillAt(int number)
    {
        int passed = 0;
        return _ =>
        {
            if (Interlocked.Increment(ref passed) == number)
            {
                using Process self = Process.GetCurrentProcess();
                self.Kill();
            }
        };
    }
}
