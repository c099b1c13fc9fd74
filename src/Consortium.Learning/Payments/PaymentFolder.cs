namespace Consortium.Learning.Payments;

/// <summary>The files of a folder by name: those that hold payments, and those that are left out, each with the reason.</summary>
public sealed record PaymentFolder
{
    private static readonly string[] Kinds =
    [
        ".csv", ".tsv", ".psv", ".parquet", ".parq", ".pq", ".xml", ".fin", ".swift", ".mt103", ".mt940", ".sta",
    ];
    private static readonly string[] Packings =
    [
        ".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz", ".zip", ".lz4", ".snappy", ".z", ".7z",
    ];

    private static readonly string[] Unfinished =
        [
            ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".inprogress", ".unfinished", ".swp",
            ".writing", ".upload", ".lock",
        ];

    /// <summary>Names in order, which is the order they are read in.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required IReadOnlyList<SkippedFile> Skipped { get; init; }

    /// <summary>Looks at a folder, not at those within it.</summary>
    public static PaymentFolder Read(string path)
    {
        var files = new List<string>();
        var skipped = new List<SkippedFile>();
        foreach (FileSystemInfo entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            string? reason = entry is DirectoryInfo ? "a folder: give its files" : ReasonToSkip(entry.Name);
            if (reason is null)
            {
                files.Add(entry.Name);
            }
            else
            {
                skipped.Add(new SkippedFile(entry.Name, reason));
            }
        }

        files.Sort(StringComparer.Ordinal);
        skipped.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return new PaymentFolder { Files = files, Skipped = skipped };
    }

    /// <summary>Why a file of this name is not read; null when it is.</summary>
    public static string? ReasonToSkip(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string lower = name.ToLowerInvariant();
        return name.StartsWith("._", StringComparison.Ordinal) ? "what a Mac keeps beside a file"
            : name[0] == '.' ? "a hidden file"
            : name.StartsWith("~$", StringComparison.Ordinal) || name[^1] == '~'
                ? "what an office program keeps while a file is open"
            : name[0] == '_' ? "a mark of Spark or Hadoop, not data"
            : Unfinished.Any(end => lower.EndsWith(end, StringComparison.Ordinal)) ? "still being written, by its name"
            : lower.EndsWith(".crc", StringComparison.Ordinal) ? "a checksum, not data"
            : lower.EndsWith("_patterns.txt", StringComparison.Ordinal)
            || lower.EndsWith("_patterns.txt.gz", StringComparison.Ordinal)
            || lower.EndsWith("_accounts.csv", StringComparison.Ordinal) ? "AMLworld's, but not payments"
            : IsPayments(lower) ? null
            : "of another kind than .csv, .csv.gz, .parquet and .xml";
    }

    private static bool IsPayments(string lower)
    {
        string bare = Packings.FirstOrDefault(end => lower.EndsWith(end, StringComparison.Ordinal)) is { } packing
            ? lower[..^packing.Length]
            : lower;
        return Kinds.Any(kind => bare.Length > kind.Length && bare.EndsWith(kind, StringComparison.Ordinal));
    }
}
