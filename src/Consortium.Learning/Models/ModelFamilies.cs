using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// The model families that this program can train and read. The library's own are there from the start; a program adds others
/// before it
/// reads or makes the first plan. Safe for many threads.
/// </summary>
public static class ModelFamilies
{
    private static ImmutableArray<ModelFamily> _all = [];

    /// <summary>In the order in which they were added.</summary>
    public static ImmutableArray<ModelFamily> All => _all;

    /// <summary>Adds a family. Adding the same one again changes nothing.</summary>
    /// <exception cref="ArgumentException">Another family has the same tag or name.</exception>
    public static void Add(ModelFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        ImmutableInterlocked.Update(
            ref _all,
            static (all, added) => all.FirstOrDefault(known => known.Tag == added.Tag || known.Name == added.Name) switch
            {
                null => all.Add(added),
                var known when ReferenceEquals(known, added) => all,
                var known => throw new ArgumentException(
                    $"Family '{known.Name}' has tag {known.Tag}; '{added.Name}' with tag {added.Tag} needs a name and a tag of "
                        + "its own.",
                    nameof(family)),
            },
            family);
    }

    /// <summary>The family of that name; null if there is none.</summary>
    public static ModelFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    internal static ModelFamily Read(ref CanonicalReader reader)
    {
        byte tag = reader.UInt8();
        return All.FirstOrDefault(family => family.Tag == tag)
            ?? throw reader.Malformed(
                "a model family that this release knows "
                    + $"({string.Join(", ", All.Select(family => $"{family.Tag}: {family.Name}"))})", tag);
    }
}
