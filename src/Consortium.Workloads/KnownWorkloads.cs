using System.Collections.Immutable;
using Consortium.Learning.Features;

namespace Consortium.Workloads;

/// <summary>
/// The workloads that this program can run. A program adds its own before it takes part in a session. Safe for many threads.
/// </summary>
public static class KnownWorkloads
{
    private static ImmutableArray<Workload> _all =
        [new TrainingWorkload([.. FeatureView.All.Select(view => view.Schema)])];

    public static ImmutableArray<Workload> All => _all;

    /// <summary>Adds a workload. Adding the same one again changes nothing.</summary>
    /// <exception cref="ArgumentException">Another workload has the same name.</exception>
    public static void Add(Workload workload)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ImmutableInterlocked.Update(
            ref _all,
            static (all, added) => all.FirstOrDefault(known => known.Name == added.Name) switch
            {
                null => all.Add(added),
                var known when ReferenceEquals(known, added) => all,
                _ => throw new ArgumentException(
                    $"There is another workload '{added.Name}': choose another name.", nameof(workload)),
            },
            workload);
    }

    /// <summary>The workload of that name; null if there is none.</summary>
    public static Workload? Find(string name) => All.FirstOrDefault(workload => workload.Name == name);
}
