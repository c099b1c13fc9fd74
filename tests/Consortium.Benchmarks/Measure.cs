using System.Diagnostics;

namespace Consortium.Benchmarks;

/// <summary>Timing for figures: one pinned thread, warmed up, the median of many samples.</summary>
internal static class Measure
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2.5);

    /// <summary>Pins this process to the last logical processor, so that figures are those of one thread.</summary>
    public static void PinToOneProcessor()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using Process self = Process.GetCurrentProcess();
            self.ProcessorAffinity = (nint)1 << (Environment.ProcessorCount - 1);
        }
    }

    /// <summary>
    /// Median seconds of one call of <paramref name="action"/>, over samples that fill about <paramref name="budget"/>.
    /// </summary>
    public static double MedianSeconds(Action action, TimeSpan budget)
    {
        // Tiered compilation swaps optimised code in step by step, up to two seconds after the first calls on a busy machine.
        long start = Stopwatch.GetTimestamp();
        do
        {
            action();
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        start = Stopwatch.GetTimestamp();
        action();
        double perCall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int batch = Math.Max(1, (int)(200e-6 / perCall));
        int samples = Math.Clamp((int)(budget.TotalSeconds / (perCall * batch)), 5, 2001);
        var seconds = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            long from = Stopwatch.GetTimestamp();
            for (int j = 0; j < batch; j++)
            {
                action();
            }

            seconds[i] = Stopwatch.GetElapsedTime(from).TotalSeconds / batch;
        }

        Array.Sort(seconds);
        return seconds[samples / 2];
    }
}
