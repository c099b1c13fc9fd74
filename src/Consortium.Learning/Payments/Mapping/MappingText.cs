using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Consortium.Primitives;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>Reads <c>mapping.json</c>. Every error names the field and what to write instead.</summary>
public static class MappingText
{
    private const int LongestFile = 1 << 16;
    private const int LongestText = 256;
    private const int MostWords = 1000;

    private static readonly string[] Members =
    [
        "columns", "constants", "header", "separator", "encoding", "timeFormat", "zone", "decimalSign", "groupSign", "labels",
        "formats", "direction", "unsure",
    ];

    /// <exception cref="PaymentFileException">The file is no mapping; says which field is wrong, and the fix.</exception>
    public static PaymentMapping Read(string path)
    {
        string file = Path.GetFileName(path);
        if (new FileInfo(path).Length > LongestFile)
        {
            throw new PaymentFileException(file, $"a mapping has at most {LongestFile:N0} bytes.");
        }

        return Parse(File.ReadAllBytes(path), file);
    }

    /// <summary>As above.</summary>
    public static PaymentMapping Parse(ReadOnlyMemory<byte> utf8, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                utf8, new JsonDocumentOptions { MaxDepth = 8, AllowTrailingCommas = false });
            return new Reading(file).Mapping(document.RootElement);
        }
        catch (InvalidOperationException error)
        {
            throw new PaymentFileException(file, "a text in it is not UTF-8: save it as UTF-8.", error);
        }
        catch (JsonException error)
        {
            throw new PaymentFileException(
                file, $"line {error.LineNumber + 1}: this is not JSON; `consortium data map --guess FILE` writes a mapping.",
                error);
        }
    }

    private sealed class Reading(string file)
    {
        public PaymentMapping Mapping(JsonElement root)
        {
            Dictionary<string, JsonElement> members = Object(root, "the mapping");
            foreach (string name in members.Keys.Except(Members))
            {
                throw Wrong(
                    name,
                    $"no such field; the nearest is {Nearest(name, Members)}; a mapping has {string.Join(", ", Members)}");
            }

            var columns = ImmutableDictionary.CreateBuilder<PaymentColumn, ImmutableArray<ColumnReference>>();
            var constants = ImmutableDictionary.CreateBuilder<PaymentColumn, string>();
            bool hasHeader = !members.TryGetValue("header", out JsonElement header) || Boolean(header, "header");
            var named = new Dictionary<ColumnReference, string>();
            string[] fields = [.. Of(members, "columns").Concat(Of(members, "constants")).Select(member => member.Name)];
            bool isStatement = fields.Any(MappingFields.IsOfStatement);
            if (isStatement && fields.FirstOrDefault(MappingFields.IsOfSide) is { } side)
            {
                throw Wrong(
                    $"columns.{side}",
                    "a file has own and other accounts with a direction, or senders and receivers: write ownBank, ownAccount, "
                        + "otherBank and otherAccount, or fromBank, fromAccount, toBank and toAccount");
            }

            foreach ((string name, JsonElement value) in Of(members, "columns"))
            {
                ImmutableArray<ColumnReference> references = References(value, $"columns.{name}", name == "time", hasHeader);
                foreach (ColumnReference reference in references)
                {
                    if (!named.TryAdd(reference, name))
                    {
                        throw Wrong(
                            $"columns.{name}",
                            $"columns.{named[reference]} already names column {reference}; each column is one thing (amount and "
                            + "currency stand for both sides)");
                    }
                }

                foreach (PaymentColumn column in ColumnsOf(name, "columns"))
                {
                    Once(columns.TryAdd(column, references), $"columns.{name}", column);
                }
            }

            foreach ((string name, JsonElement value) in Of(members, "constants"))
            {
                string text = String(value, $"constants.{name}");
                foreach (PaymentColumn column in ColumnsOf(name, "constants"))
                {
                    Once(!columns.ContainsKey(column) && constants.TryAdd(column, text), $"constants.{name}", column);
                }
            }

            (ImmutableDictionary<string, bool> directions, bool? negative) = Direction(
                members, columns.ContainsKey(PaymentColumn.Direction));
            RequireAll(columns.Keys, constants.Keys, isStatement);
            RequireDirection(isStatement, columns.Keys, constants.Keys, negative);
            return new PaymentMapping
            {
                Columns = columns.ToImmutable(),
                Constants = constants.ToImmutable(),
                HasHeader = hasHeader,
                Separator = Sign(members, "separator"),
                Encoding = Encoding(members),
                TimeFormat = TimeFormat(members),
                Zone = Zone(members),
                DecimalSign = Decimal(members),
                GroupSign = Sign(members, "groupSign"),
                Labels = Labels(members),
                Formats = Formats(members),
                IsStatement = isStatement,
                Directions = directions,
                NegativeIsDebit = negative,
            };
        }

        /// <summary>Wrong names are bounded, because the search takes the product of both lengths.</summary>
        private static string Nearest(string name, IEnumerable<string> names) =>
            NearestName.Of(name[..Math.Min(name.Length, LongestText)], names);

        private void Once(bool isFirst, string field, PaymentColumn column)
        {
            if (!isFirst)
            {
                throw Wrong(
                    field, $"{MappingFields.NameOf(column)} is given twice; leave one away, of columns and constants together");
            }
        }

        private void RequireAll(
            IEnumerable<PaymentColumn> columns, IEnumerable<PaymentColumn> constants, bool isStatement)
        {
            HashSet<PaymentColumn> given = [.. columns, .. constants];
            if (given.Contains(PaymentColumn.Debit) || given.Contains(PaymentColumn.Credit))
            {
                given.UnionWith([PaymentColumn.AmountPaid, PaymentColumn.AmountReceived]);
            }

            for (PaymentColumn column = 0; column < PaymentColumn.IsLaundering; column++)
            {
                if (!given.Contains(column))
                {
                    string both = column is PaymentColumn.AmountPaid or PaymentColumn.AmountReceived
                        ? " (or amount for both sides)"
                        : column is PaymentColumn.PaymentCurrency or PaymentColumn.ReceivingCurrency
                            ? " (or currency for both sides)"
                        : "";
                    throw Wrong(
                        $"columns.{MappingFields.NameOf(column, isStatement)}",
                        $"it is missing; name the file's column{both}, or give what all payments have in constants");
                }
            }
        }

        /// <summary>Exactly one way must say which side of a payment the own account is on.</summary>
        private void RequireDirection(
            bool isStatement, IEnumerable<PaymentColumn> columns, IEnumerable<PaymentColumn> constants, bool? negative)
        {
            HashSet<PaymentColumn> given = [.. columns];
            if (constants.FirstOrDefault(one => one > PaymentColumn.PaymentId) is var constant and > PaymentColumn.PaymentId)
            {
                throw Wrong($"constants.{MappingFields.NameOf(constant)}", "it differs from payment to payment; name its column");
            }

            bool hasDebit = given.Contains(PaymentColumn.Debit), hasCredit = given.Contains(PaymentColumn.Credit);
            bool hasAmount = given.Contains(PaymentColumn.AmountPaid) || given.Contains(PaymentColumn.AmountReceived);
            if (hasDebit != hasCredit || (hasDebit && hasAmount))
            {
                throw Wrong(
                    hasDebit ? "columns.credit" : "columns.debit",
                    "amounts in two columns need both debit and credit, and no amount beside them");
            }

            int ways = (hasDebit ? 1 : 0) + (given.Contains(PaymentColumn.Direction) ? 1 : 0) + (negative is null ? 0 : 1);
            if (ways != (isStatement ? 1 : 0))
            {
                throw Wrong(
                    "direction",
                    isStatement
                        ? "say in one way which payments leave the own account: columns.direction with the words in direction, "
                            + "columns.debit and columns.credit, or \"direction\": {\"negative\": \"debit\"} for signed amounts"
                        : "it belongs to files of own and other accounts (ownAccount, otherAccount)");
            }
        }

        private (ImmutableDictionary<string, bool> Words, bool? Negative) Direction(
            Dictionary<string, JsonElement> members, bool hasColumn)
        {
            ImmutableDictionary<string, bool>.Builder words = PaymentMapping.NoDirections.ToBuilder();
            bool? negative = null;
            foreach ((string name, JsonElement value) in Of(members, "direction"))
            {
                if (name == "negative")
                {
                    negative = String(value, "direction.negative") switch
                    {
                        "debit" => true,
                        "credit" => false,
                        _ => throw Wrong("direction.negative", "write \"debit\" or \"credit\""),
                    };
                    continue;
                }

                bool isDebit = name switch
                {
                    "debit" => true,
                    "credit" => false,
                    _ => throw Wrong($"direction.{name}", "no such field; there are debit, credit and negative"),
                };
                foreach (JsonElement word in Array(value, $"direction.{name}"))
                {
                    if (!words.TryAdd(String(word, $"direction.{name}").Trim(), isDebit))
                    {
                        throw Wrong($"direction.{name}", $"{Quote.Of(word.GetString())} is listed twice; leave one away");
                    }
                }
            }

            return hasColumn == (words.Count > 0)
                ? (words.ToImmutable(), negative)
                : throw Wrong(
                    hasColumn ? "direction" : "columns.direction",
                    "a column for the direction and its words belong together: \"direction\": {\"debit\": [\"D\"], "
                        + "\"credit\": [\"C\"]}");
        }

        private PaymentColumn[] ColumnsOf(string name, string place) =>
            MappingFields.All.FirstOrDefault(field => field.Name == name).Columns
                ?? throw Wrong(
                    $"{place}.{name}",
                    $"no such field; the nearest is {Nearest(name, MappingFields.All.Select(field => field.Name))}; there are "
                        + string.Join(", ", MappingFields.All.Select(field => field.Name)));

        private ImmutableArray<ColumnReference> References(JsonElement value, string field, bool isTime, bool hasHeader)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                return isTime && value.GetArrayLength() is 1 or 2
                    ? [.. value.EnumerateArray().Select(one => Reference(one, field, hasHeader))]
                    : throw Wrong(field, "only a time may be of two columns: [\"day\", \"time of day\"]");
            }

            return [Reference(value, field, hasHeader)];
        }

        private ColumnReference Reference(JsonElement value, string field, bool hasHeader)
        {
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number is >= 1 and <= 10_000)
            {
                return new ColumnReference(null, number);
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                throw Wrong(field, "write the column's name as in the header, in quotation marks, or its number, from 1");
            }

            return hasHeader
                ? new ColumnReference(String(value, field), 0)
                : throw Wrong(field, "the file has no header (header: false), so write the column's number, from 1");
        }

        private IEnumerable<(string Name, JsonElement Value)> Of(Dictionary<string, JsonElement> members, string name) =>
            members.TryGetValue(name, out JsonElement value)
                ? Object(value, name).Select(member => (member.Key, member.Value))
                : [];

        private ImmutableDictionary<string, Label> Labels(Dictionary<string, JsonElement> members)
        {
            ImmutableDictionary<string, Label>.Builder labels = PaymentMapping.NoLabels.ToBuilder();
            foreach ((string name, JsonElement value) in Of(members, "labels"))
            {
                Label label = name switch
                {
                    "laundering" => Label.Laundering,
                    "licit" => Label.Legitimate,
                    "unknown" => Label.Unknown,
                    _ => throw Wrong($"labels.{name}", "no such field; there are laundering, licit and unknown"),
                };
                foreach (JsonElement word in Array(value, $"labels.{name}"))
                {
                    if (!labels.TryAdd(String(word, $"labels.{name}", mayBeEmpty: true).Trim(), label))
                    {
                        throw Wrong($"labels.{name}", $"{Quote.Of(word.GetString())} is listed twice; leave one away");
                    }
                }
            }

            return labels.ToImmutable();
        }

        private ImmutableDictionary<string, PaymentFormat> Formats(Dictionary<string, JsonElement> members)
        {
            ImmutableDictionary<string, PaymentFormat>.Builder formats = PaymentMapping.NoFormats.ToBuilder();
            foreach ((string name, JsonElement value) in Of(members, "formats"))
            {
                string text = String(value, $"formats.{name}");
                PaymentFormat format = PaymentFormats.Parse(text);
                if (format == PaymentFormat.Other && !text.Equals("Other", StringComparison.OrdinalIgnoreCase))
                {
                    throw Wrong(
                        $"formats.{name}",
                        $"{Quote.Of(text)} is no format; write "
                            + string.Join(", ", Enum.GetValues<PaymentFormat>().Select(PaymentFormats.NameOf)));
                }

                if (!formats.TryAdd(name.Trim(), format))
                {
                    throw Wrong($"formats.{name}", "it is listed twice, but for its case; leave one away");
                }
            }

            return formats.ToImmutable();
        }

        private string? Encoding(Dictionary<string, JsonElement> members)
        {
            if (!members.TryGetValue("encoding", out JsonElement value))
            {
                return null;
            }

            string name = String(value, "encoding");
            return TextContent.EncodingNamed(name) is not null
                ? name
                : throw Wrong("encoding", "write utf-8, utf-16, iso-8859-1, iso-8859-15 or windows-1252");
        }

        private string? TimeFormat(Dictionary<string, JsonElement> members)
        {
            if (!members.TryGetValue("timeFormat", out JsonElement value))
            {
                return null;
            }

            string format = String(value, "timeFormat");
            var example = new DateTimeOffset(2026, 12, 31, 23, 59, 58, TimeSpan.Zero);
            try
            {
                bool isForm = format is MappedRow.Unix or MappedRow.UnixMilliseconds
                    || (DateTimeOffset.TryParseExact(
                            example.ToString(format, CultureInfo.InvariantCulture), format, CultureInfo.InvariantCulture,
                            DateTimeStyles.AssumeUniversal, out DateTimeOffset read)
                        && read.Date == example.Date);
                if (isForm)
                {
                    return format;
                }
            }
            catch (FormatException)
            {
                // Not a format at all: said below.
            }

            throw Wrong(
                "timeFormat",
                "write year, month, day and hour as in dd.MM.yyyy HH:mm:ss (M months, m minutes, H hours to 24), or unix, or "
                    + "unixMilliseconds");
        }

        private TimeZoneInfo? Zone(Dictionary<string, JsonElement> members) =>
            !members.TryGetValue("zone", out JsonElement value) ? null
            : PaymentZone.TryParse(String(value, "zone"), out TimeZoneInfo zone) ? zone
            : throw Wrong("zone", "write an IANA name such as Europe/Zurich, UTC, or an offset such as +02:00");

        private char? Decimal(Dictionary<string, JsonElement> members)
        {
            char? sign = Sign(members, "decimalSign");
            return sign is null or '.' or ',' ? sign : throw Wrong("decimalSign", "write \".\" or \",\"");
        }

        private char? Sign(Dictionary<string, JsonElement> members, string name)
        {
            if (!members.TryGetValue(name, out JsonElement value))
            {
                return null;
            }

            string text = String(value, name);
            bool isSign = text.Length == 1 && !char.IsLetterOrDigit(text[0]) && text[0] is not ('"' or '\r' or '\n');
            return isSign ? text[0] : throw Wrong(name, "write one sign, such as \";\" or \"\\t\"");
        }

        private Dictionary<string, JsonElement> Object(JsonElement value, string field)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                throw Wrong(field, "write an object in braces");
            }

            var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (JsonProperty member in value.EnumerateObject())
            {
                if (members.Count == MostWords || !members.TryAdd(member.Name, member.Value))
                {
                    throw Wrong($"{field}.{member.Name}", "it is given twice; leave one away");
                }
            }

            return members;
        }

        private IEnumerable<JsonElement> Array(JsonElement value, string field) =>
            value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MostWords
                ? value.EnumerateArray()
                : throw Wrong(field, "write a list of words in brackets, such as [\"1\", \"yes\"]");

        private string String(JsonElement value, string field, bool mayBeEmpty = false) =>
            value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= LongestText } text
                && (mayBeEmpty || text.Length > 0)
                ? text
                : throw Wrong(field, $"write a text of 1 to {LongestText} characters in quotation marks");

        private bool Boolean(JsonElement value, string field) => value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(field, "write true or false"),
        };

        private PaymentFileException Wrong(string field, string fix) => new(file, $"{field}: {fix}.");
    }
}
