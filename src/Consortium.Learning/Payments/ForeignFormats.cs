using System.Text;

namespace Consortium.Learning.Payments;

/// <summary>Names the kinds of file that are not read, by their first bytes, with the way to export them.</summary>
internal static class ForeignFormats
{
    public const int PrefixLength = 512;

    private const string Unpack = "unpack it, or pack it with gzip.";

    /// <summary>What the bytes are and what to do, or null when they are none of the known kinds.</summary>
    public static string? Describe(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => start.IndexOf("[Content_Types].xml"u8) >= 0 || start.IndexOf("xl/"u8) >= 0
            ? "this is an Excel workbook (.xlsx); save it as CSV UTF-8, with account and bank columns formatted as text."
            : "this is a zip archive within another; unpack it once.",
        [0xD0, 0xCF, 0x11, 0xE0, ..] =>
            "this is an old Excel workbook (.xls); save it as CSV UTF-8, with account and bank columns formatted as text.",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => $"this is compressed with zstd, which is not read; {Unpack}",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] =>
            $"this is compressed with bzip2, which is not read; {Unpack}",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => $"this is compressed with xz, which is not read; {Unpack}",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => $"this is a 7-Zip archive, which is not read; {Unpack}",
        [0x04, 0x22, 0x4D, 0x18, ..] => $"this is compressed with LZ4, which is not read; {Unpack}",
        [0xFF, 0x06, 0, 0, (byte)'s', (byte)'N', (byte)'a', (byte)'P', ..] =>
            $"this is compressed with Snappy, which is not read; {Unpack}",
        [0x02, 0x21, 0x4C, 0x18, ..] => $"this is compressed with LZ4, which is not read; {Unpack}",
        [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18, ..] => $"this is compressed with zstd or LZ4, which is not read; {Unpack}",
        [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', ..] => $"this is compressed with lzip, which is not read; {Unpack}",
        [0x89, (byte)'L', (byte)'Z', (byte)'O', ..] => $"this is compressed with LZO, which is not read; {Unpack}",
        [0x78, 0x01 or 0x5E or 0x9C or 0xDA, not (>= 0x20 and < 0x7F), ..] =>
            $"this is compressed with deflate (zlib) without gzip's frame, which is not read; {Unpack}",
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => $"this is a RAR archive, which is not read; {Unpack}",
        [(byte)'S', (byte)'E', (byte)'Q', <= 6, ..] => "this is a Hadoop sequence file, which is not read; write Parquet or CSV.",
        _ when start.StartsWith("-----BEGIN PGP"u8) => "this is encrypted with PGP; decrypt it.",
        _ when start.StartsWith("HEADER RECORD*******LIB"u8) => "this is a SAS transport file; export it as CSV.",
        _ when start.StartsWith("<stata_dta>"u8) => "this is a Stata data set; export it as CSV.",
        _ when start.StartsWith("$FL2"u8) || start.StartsWith("$FL3"u8) => "this is an SPSS data set; export it as CSV.",
        _ when start.StartsWith("FEA1"u8) => "this is a Feather file, which is not read; write Parquet or CSV.",
        _ when start.StartsWith("version https://git-lfs"u8) =>
            "this stands for a file kept elsewhere (Git LFS): fetch the file itself.",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "this is an HDF5 file, which is not read; write Parquet or CSV.",
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => "this is a NumPy array; write Parquet or CSV.",
        [0x80, >= 2 and <= 5, 0x95 or (byte)'c' or (byte)'}' or (byte)']', ..] =>
            "this is a Python pickle, which is not read; write Parquet or CSV.",
        [0, 0, 0, 0, ..] when !start.ContainsAnyExcept((byte)0) =>
            "the file begins with zeros, as where a transfer has not finished: transfer the file again.",
        _ when start.StartsWith("RDX"u8) || start.StartsWith("X\n\0\0"u8) => "this is an R data file; write CSV or Parquet.",
        [0x1F, 0x9D, ..] => $"this is compressed with compress (.Z), which is not read; {Unpack}",
        [(byte)'O', (byte)'R', (byte)'C', ..] => "this is an ORC file, which is not read; write Parquet or CSV.",
        [(byte)'O', (byte)'b', (byte)'j', 1, ..] => "this is an Avro file, which is not read; write Parquet or CSV.",
        [(byte)'A', (byte)'R', (byte)'R', (byte)'O', (byte)'W', (byte)'1', ..] =>
            "this is an Arrow (Feather) file, which is not read; write Parquet or CSV.",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'E', ..] =>
            "this is an encrypted Parquet file, which is not read; write it without encryption.",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "this is a PDF; write CSV or Parquet.",
        [(byte)'{', ..] or [(byte)'[', not (>= (byte)'A' and <= (byte)'z'), ..] =>
            "this is JSON, which is not read; write CSV or Parquet.",
        _ when IsPage(start) => "this is an HTML page, not data; export CSV or Parquet.",
        _ when start.StartsWith("SQLite format 3"u8) => "this is an SQLite database; write CSV or Parquet.",
        _ when start.Length > 40 && start[12..].StartsWith((ReadOnlySpan<byte>)[0xC2, 0xEA, 0x81, 0x60]) =>
            "this is a SAS data set; export it as CSV.",
        _ when start.Length > 262 && start[257..].StartsWith("ustar"u8) => "this is a tar archive; unpack it.",
        _ => null,
    };

    private static bool IsPage(ReadOnlySpan<byte> start)
    {
        start = start.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);
        return start.Length > 5 && start[0] == '<'
            && (Ascii.EqualsIgnoreCase(start[1..5], "html"u8)
                || (start.Length > 14 && Ascii.EqualsIgnoreCase(start[..14], "<!doctype html"u8)));
    }
}
