using Consortium.Cli.Enrolment;
using Consortium.Primitives;

namespace Consortium.Cli.Checkup;

/// <summary>Whom a party's folders let in, and whether the disk has room.</summary>
internal static class FolderCheckup
{
    private const string Area = "folders";
    private const long LeastFree = 1L << 30;

    public static IEnumerable<Finding> Examine(Subject subject)
    {
        foreach (string folder in (string[])[subject.Party.Path, subject.Party.StateFolder])
        {
            if (Directory.Exists(folder))
            {
                yield return DurableFile.IsExposed(folder, out UnixFileMode mode)
                    ? Finding.Wrong(
                        subject.Name, Area, $"Others can reach {folder} (mode {Convert.ToString((int)mode, 8)}).",
                        $"chmod 700 {folder}")
                    : Finding.Good(subject.Name, Area, $"{folder} is its owner's alone.");
            }
        }
    }

    public static Finding ExamineDisk(ConsortiumHome home)
    {
        long free = new DriveInfo(home.Path).AvailableFreeSpace;
        string what = $"{free / (double)LeastFree:N1} GiB are free where {home.Path} is.";
        return free < LeastFree
            ? Finding.Wrong(
                "", "disk", what,
                "Make room: a daemon that cannot write stops, and an aggregator keeps every round's ciphertext.")
            : Finding.Good("", "disk", what);
    }
}
