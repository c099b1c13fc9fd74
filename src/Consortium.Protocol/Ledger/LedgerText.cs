using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>
/// A ledger as lines of text: each has an entry's digest and the base64 of its canonical bytes, which name the digest of the line
/// before. So a line
/// cannot be altered, removed or put elsewhere without breaking the chain, but lines at the end can be missing.
/// </summary>
public static class LedgerText
{
    /// <summary>More than any consortium's life takes: 64 MiB.</summary>
    public const int MaximumLength = 64 << 20;

    private const int MaximumLine = 96 * 1024;

    /// <summary>The line of an entry, with its line feed.</summary>
    /// <param name="previous">Digest of the line before; all zero for the first.</param>
    public static string Line(LedgerEntry entry, Digest previous, out Digest digest)
    {
        var writer = new CanonicalWriter();
        writer.Ascii("consortium/1/ledger");
        writer.Digest(previous);
        entry.Write(writer);
        digest = Digest.Of(writer.Written);
        return $"{digest} {Convert.ToBase64String(writer.Written)}\n";
    }

    public static string Write(ParticipationLedger ledger, out Digest head)
    {
        var text = new StringBuilder();
        head = default;
        foreach (LedgerEntry entry in ledger.Entries)
        {
            text.Append(Line(entry, head, out head));
        }

        return text.ToString();
    }

    /// <summary>Reads whole lines.</summary>
    /// <param name="digests">Of each line.</param>
    /// <param name="length">Characters of them. What follows is a line whose writing was interrupted: nothing came of it.</param>
    /// <exception cref="MalformedDataException">The chain is broken: the ledger was damaged or altered.</exception>
    public static ParticipationLedger Read(string text, out ImmutableArray<Digest> digests, out int length)
    {
        if (text.Length > MaximumLength)
        {
            throw Malformed(0, $"at most {MaximumLength} characters", $"{text.Length}");
        }

        var entries = ImmutableArray.CreateBuilder<LedgerEntry>();
        var chain = ImmutableArray.CreateBuilder<Digest>();
        Digest previous = default;
        int at = 0;
        for (int end = text.IndexOf('\n'); end >= 0; end = text.IndexOf('\n', at))
        {
            int line = entries.Count + 1;
            entries.Add(ReadLine(text.AsSpan(at, end - at), line, ref previous));
            chain.Add(previous);
            if ((line == 1) != (entries[^1] is LedgerEntry.Begun))
            {
                throw Malformed(line, "whose ledger it is in the first line, and there only", entries[^1].GetType().Name);
            }

            at = end + 1;
        }

        if (entries.Count == 0)
        {
            throw Malformed(1, "at least one line", "none");
        }

        digests = chain.ToImmutable();
        length = at;
        return entries.Skip(1).Aggregate(
            ParticipationLedger.Begin(((LedgerEntry.Begun)entries[0]).Owner), (ledger, entry) => ledger.Append(entry));
    }

    private static LedgerEntry ReadLine(ReadOnlySpan<char> line, int number, ref Digest previous)
    {
        const int Hex = 2 * Digest.Length;
        if (line.Length is <= Hex or > MaximumLine || line[Hex] != ' ')
        {
            throw Malformed(number, "a digest and an entry", $"{line.Length} characters");
        }

        byte[] bytes = new byte[line.Length];
        if (!Convert.TryFromBase64Chars(line[(Hex + 1)..], bytes, out int count)
            || Digest.Of(bytes.AsSpan(0, count)) is var digest && !line[..Hex].SequenceEqual(digest.ToString()))
        {
            throw Malformed(number, "an entry of the digest before it", "another");
        }

        var reader = new CanonicalReader($"ledger line {number}", bytes.AsMemory(0, count), LedgerEntry.Limits);
        int at = reader.Offset;
        string label = reader.Ascii(32, "a label");
        if (label != "consortium/1/ledger")
        {
            throw reader.Malformed(at, "consortium/1/ledger", label);
        }

        at = reader.Offset;
        Digest named = reader.Digest();
        if (named != previous)
        {
            throw reader.Malformed(at, $"the line before, {previous}", $"{named}");
        }

        LedgerEntry entry = LedgerEntry.Read(ref reader);
        reader.End();
        previous = Digest.Of(bytes.AsSpan(0, count));
        return entry;
    }

    private static MalformedDataException Malformed(int line, string expected, string found) =>
        new(string.Create(CultureInfo.InvariantCulture, $"ledger line {line}"), 0, expected, found);
}
