namespace Consortium.Protocol.Tests.Simulation;

/// <summary>Plays schedules, and shrinks the first bad one.</summary>
internal static class Checker
{
    private const int Steps = 70;

    public sealed record Failure(ulong Seed, Scenario Scenario, int[] Schedule, int Promise, string Trace)
    {
        public int Steps => Schedule.Length / Choices.StepLength;
    }

    public sealed record Result(long Schedules, long SumsOpened, long Completed, long SpoilersNamed, Failure? Failure);

    /// <param name="seed">Of the first schedule; the others follow from it.</param>
    /// <param name="count">How many schedules.</param>
    /// <param name="scenario">Gives each schedule's scenario.</param>
    public static Result Run(ulong seed, int count, Func<Choices, Scenario> scenario)
    {
        long opened = 0;
        long completed = 0;
        long named = 0;
        long played = 0;
        ulong? bad = null;
        var gate = new Lock();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (i, loop) =>
        {
            ulong own = seed + ((ulong)i * 0x2545F4914F6CDD1D);
            (Scenario drawn, int[] schedule) = Draw(own, scenario);
            (BrokenPromiseException? broken, World world) = Play(drawn, schedule, null);
            lock (gate)
            {
                played++;
                opened += world.SumsOpened;
                completed += world.Completed ? 1 : 0;
                named += world.SpoilersNamed;
                if (broken is not null && (bad is null || own < bad))
                {
                    bad = own;
                    loop.Stop();
                }
            }
        });
        return new Result(played, opened, completed, named, bad is ulong found ? Shrink(found, scenario) : null);
    }

    private static (Scenario Scenario, int[] Schedule) Draw(ulong seed, Func<Choices, Scenario> scenario)
    {
        int[] values = Choices.Draw(seed, (1 + Steps) * Choices.StepLength);
        return (scenario(new Choices(values.AsMemory(0, Choices.StepLength))), values[Choices.StepLength..]);
    }

    private static (BrokenPromiseException? Broken, World World) Play(Scenario scenario, int[] schedule, List<string>? trace)
    {
        var world = new World(scenario, new Choices(schedule), trace);
        try
        {
            world.Run();
            return (null, world);
        }
        catch (BrokenPromiseException broken)
        {
            return (broken, world);
        }
    }

    /// <summary>
    /// Deletes ever smaller stretches of steps, then makes numbers smaller, as long as the same promise breaks.
    /// </summary>
    private static Failure Shrink(ulong seed, Func<Choices, Scenario> draw)
    {
        (Scenario scenario, int[] schedule) = Draw(seed, draw);
        int promise = Play(scenario, schedule, null).Broken!.Promise;
        bool StillBreaks(int[] candidate) => Play(scenario, candidate, null).Broken?.Promise == promise;

        bool smaller = true;
        while (smaller)
        {
            smaller = false;
            for (int size = Math.Max(1, schedule.Length / Choices.StepLength / 2); size >= 1; size /= 2)
            {
                for (int at = 0; at + size <= schedule.Length / Choices.StepLength;)
                {
                    int[] candidate =
                    [
                        .. schedule[..(at * Choices.StepLength)], .. schedule[((at + size) * Choices.StepLength)..],
                    ];
                    if (StillBreaks(candidate))
                    {
                        schedule = candidate;
                        smaller = true;
                    }
                    else
                    {
                        at += size;
                    }
                }
            }

            for (int i = 0; i < schedule.Length; i++)
            {
                foreach (int value in (int[])[0, 1, schedule[i] % 720_720])
                {
                    if (value < schedule[i] && StillBreaks([.. schedule[..i], value, .. schedule[(i + 1)..]]))
                    {
                        schedule[i] = value;
                        smaller = true;
                        break;
                    }
                }
            }
        }

        var trace = new List<string>();
        BrokenPromiseException broken = Play(scenario, schedule, trace).Broken!;
        return new Failure(seed, scenario, schedule, promise, string.Join(Environment.NewLine, [.. trace, broken.Message]));
    }
}
