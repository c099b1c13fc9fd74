using System.Globalization;

namespace Consortium.Cli.Reporting;

/// <summary>Bytes for people.</summary>
internal static class ByteSize
{
    /// <summary>Three digits and a decimal unit: 1.23 MB.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        foreach (string unit in (string[])["B", "kB", "MB", "GB"])
        {
            if (value < 999.5)
            {
                string digits = unit == "B" || value >= 99.95 ? "F0" : value >= 9.995 ? "F1" : "F2";
                return string.Create(
                    CultureInfo.InvariantCulture, $"{value.ToString(digits, CultureInfo.InvariantCulture)} {unit}");
            }

            value /= 1000;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:F1} TB");
    }
}
