using Consortium.Learning.Payments.Iso20022;
using Consortium.Learning.Payments.Swift;

namespace Consortium.Learning.Payments;

/// <summary>Tells a file whose end is missing by its last bytes, without reading it.</summary>
public static class UnfinishedFile
{
    /// <summary>
    /// How the file is unfinished, or null when it looks whole. Packed text is known to be whole only by reading it.
    /// </summary>
    public static string? WhatIsUnfinished(string path)
    {
        using FileStream file = FileBytes.OpenRead(path);
        if (file.Length == 0)
        {
            return "it is empty";
        }

        Span<byte> start = stackalloc byte[16];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        Span<byte> end = stackalloc byte[4];
        int tail = (int)Math.Min(end.Length, file.Length);
        file.Position = file.Length - tail;
        file.ReadExactly(end = end[..tail]);
        return start.SequenceEqual("PAR1"u8)
            ? (file.Length > 8 && end.SequenceEqual("PAR1"u8) ? null : "its Parquet footer is missing")
            : start is [0x1F, 0x8B, ..] or [(byte)'P', (byte)'K', ..] or [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
                || ForeignFormats.Describe(start) is not null
                ? null
            : XmlContent.Is(start) ? (end.Contains((byte)'>') ? null : "its XML has no end")
            : FinText.Is(start) ? (end.ContainsAny("\n}$-\u0003"u8) ? null : "its last message has no end")
            : end[^1] is (byte)'\n' or (byte)'\r' or 0x1A ? null
            : "its last line has no end";
    }
}
