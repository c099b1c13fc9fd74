namespace Consortium.Cryptography.Tests.Seal;

/// <summary>The bytes that SEAL's plaintexts and secret keys share.</summary>
internal static class SealPlaintextFormat
{
    public static int ByteLength(int count) =>
        checked((int)(SealReader.HeaderLength + 32 + 2 * sizeof(ulong) + SealWriter.ArrayLength(count)));

    /// <summary>Reads all that stands before the words, and makes sure that these are there.</summary>
    public static SealReader ReadStart(
        ReadOnlySpan<byte> source, string subject, SealLimits limits,
        out (SealParametersId ParametersId, int Count, double Scale) start)
    {
        var reader = new SealReader(source, subject);
        reader.ReadOutermostHeader(limits);
        SealParametersId id = reader.ReadParametersId();
        int count = reader.ReadInt32("a number of coefficients", 0, limits.Bytes / sizeof(ulong));
        double scale = reader.ReadScale();
        reader.ReadArrayStart(count);
        start = (id, count, scale);
        return reader;
    }

    public static void Write(Span<byte> destination, SealParametersId id, double scale, ReadOnlySpan<ulong> words)
    {
        var writer = SealWriter.Begin(destination, ByteLength(words.Length));
        writer.WriteParametersId(id);
        writer.WriteUInt64((ulong)words.Length);
        writer.WriteDouble(scale);
        writer.WriteArray(words);
    }
}
