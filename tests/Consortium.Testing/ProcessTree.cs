using System.Globalization;

namespace Consortium.Testing;

/// <summary>Who started whom, from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>All processes below <paramref name="process"/>, each after its parent.</summary>
    public static IReadOnlyList<int> DescendantsOf(int process)
    {
        ILookup<int, int> children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out int id) ? (Id: id, Parent: ParentOf(id)) : default)
            .Where(pair => pair.Parent != 0)
            .ToLookup(pair => pair.Parent, pair => pair.Id);
        var found = new List<int>(children[process]);
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }

        return found;
    }

    /// <summary>The name of a process's program; empty when it ended meanwhile.</summary>
    public static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").TrimEnd('\n');
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static int ParentOf(int process)
    {
        try
        {
            // "pid (name) state parent ...", where the name may hold anything.
            string status = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it ended meanwhile
        }
    }
}
