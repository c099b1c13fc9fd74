using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Consortium.Primitives;

namespace Consortium.Participant.Data;

/// <summary>
/// What the owner asks the daemon to do with a file that is set aside: read it again, or take it without the rows that are bad.
/// It is a file in a folder beside the saved data, so that it holds whether the daemon runs or not; the daemon removes it when it
/// has carried it out.
/// </summary>
/// <param name="Name">The payment file's name in its folder.</param>
/// <param name="AcceptsBadRows">Whether bad rows are left out, however many; else the file is read as always.</param>
public sealed record ReadingOrder(string Name, bool AcceptsBadRows)
{
    private const int LongestFile = 4096;
    private const int MostOrders = 100_000;

    /// <summary>Where orders are in a participant's folder of saved data.</summary>
    public static string FolderIn(string reading) => Path.Combine(reading, "orders");

    /// <summary>Gives the order; a second one for the same file replaces the first.</summary>
    public void Write(string reading)
    {
        string folder = FolderIn(reading);
        DurableFile.CreateOwnersFolder(reading);
        DurableFile.CreateOwnersFolder(folder);
        DurableFile.Replace(PathIn(reading), JsonSerializer.SerializeToUtf8Bytes(this), ownerOnly: true);
    }

    /// <summary>Removes the order.</summary>
    public void Remove(string reading) => File.Delete(PathIn(reading));

    /// <summary>All orders given. A file that is none is passed over.</summary>
    public static IReadOnlyList<ReadingOrder> Read(string reading)
    {
        string folder = FolderIn(reading);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var orders = new List<ReadingOrder>();
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*.json").Take(MostOrders))
        {
            try
            {
                if (file.Length <= LongestFile
                    && JsonSerializer.Deserialize<ReadingOrder>(File.ReadAllBytes(file.FullName)) is { Name.Length: > 0 } order)
                {
                    orders.Add(order);
                }
            }
            catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
            {
                // Not written by this program, or just removed.
            }
        }

        return orders;
    }

    private string PathIn(string reading) =>
        Path.Combine(FolderIn(reading), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)))[..32] + ".json");
}
