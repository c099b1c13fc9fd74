namespace Consortium.Benchmarks.Privacy;

/// <summary>What noise costs, in time and in what the model finds, and what it keeps from an attacker.</summary>
internal static class PrivacyFigures
{
    public static void Measure(FigureReport report, FigureOptions options)
    {
        if (options.Only is null or "attack")
        {
            AttackFigures.Measure(report);
        }

        if (options.Only is null or "table" or "turns" or "random")
        {
            PrivacyTable.Measure(report, options);
        }

        // Last: it pins the process to one processor.
        if (options.Only is null or "noise")
        {
            NoiseFigures.Measure(report);
        }
    }
}
