using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ParquetSharp;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>Proposes a mapping for a file by its header and first rows, and says what it is unsure of.</summary>
public sealed class MappingGuess
{
    private const int MostRows = 5_000;
    private const int MostWords = 50;

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _columns = [];
    private readonly JsonObject _constants = [];
    private readonly JsonObject _rest = [];
    private readonly List<string> _unsure = [];
    private readonly string[] _names;
    private readonly List<string>[] _values;

    private MappingGuess(string[] names, List<string>[] values) => (_names, _values) = (names, values);

    /// <summary>What a person should look at before the mapping is used.</summary>
    public IReadOnlyList<string> Unsure => _unsure;

    /// <summary>The proposed <c>mapping.json</c>.</summary>
    public string Json { get; private set; } = "";

    /// <exception cref="PaymentFileException">The file is of a kind that needs no mapping, or cannot be read.</exception>
    public static MappingGuess Of(string path)
    {
        string name = Path.GetFileName(path);
        using FileStream stream = FileBytes.OpenRead(path);
        (FileKind kind, Stream content, _) = FileBytes.Recognize(stream, name);
        if (kind is FileKind.Xml or FileKind.Fin)
        {
            throw new PaymentFileException(name, "messages need no mapping: their elements say what they are.");
        }

        MappingGuess guess = kind == FileKind.Parquet ? OfParquet(content, name) : OfText(content, name);
        guess.Propose();
        return guess;
    }

    private static MappingGuess OfText(Stream content, string name)
    {
        using var text = new CsvText(TextContent.Open(content, name), name);
        do
        {
            if (!text.Read())
            {
                throw new PaymentFileException(name, "the file holds no text; expected a header and payments.");
            }
        }
        while (text.IsBlank);

        string[] names = text.Fields();
        List<string>[] values = [.. names.Select(_ => new List<string>())];
        for (int row = 0; row < MostRows && text.Read(); row++)
        {
            for (int i = 0; i < names.Length && text.Width == names.Length; i++)
            {
                if (text[i].Trim() is { IsEmpty: false } value)
                {
                    values[i].Add(value.ToString());
                }
            }
        }

        return new MappingGuess(names, values);
    }

    private static MappingGuess OfParquet(Stream content, string name)
    {
        try
        {
            using var file = new ParquetFileReader(content, leaveOpen: true);
            string[] names =
                [.. Enumerable.Range(0, file.FileMetaData.NumColumns).Select(i => file.FileMetaData.Schema.ColumnRoot(i).Name)];
            return new MappingGuess(names, [.. names.Select(_ => new List<string>())]);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new PaymentFileException(name, $"its footer cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private void Propose()
    {
        Dictionary<string, int> taken = Assign();
        ProposeTime(taken);
        ProposeSides(taken, "amount", "amountPaid", "amountReceived");
        ProposeSides(taken, "currency", "paymentCurrency", "receivingCurrency");
        ProposeAmounts(taken);
        foreach (string field in (string[])["fromBank", "fromAccount", "toBank", "toAccount"])
        {
            Name(taken, field, $"no column was found for {field}: name it, or write it into constants");
        }

        ProposeFormats(taken);
        ProposeLabels(taken);
        if (taken.TryGetValue("paymentId", out int id))
        {
            _columns["paymentId"] = Reference(id);
        }

        int[] left = [.. Enumerable.Range(0, _names.Length).Except(taken.Values)];
        if (left.Length > 0)
        {
            _unsure.Add($"not used: {string.Join(", ", left.Take(20).Select(i => Quote.Of(_names[i])))}");
        }

        var mapping = new JsonObject { ["columns"] = _columns };
        if (_constants.Count > 0)
        {
            mapping["constants"] = _constants;
        }

        foreach ((string name, JsonNode? value) in _rest.ToArray())
        {
            _rest.Remove(name);
            mapping[name] = value;
        }

        mapping["unsure"] = new JsonArray([.. _unsure.Select(text => (JsonNode)text)]);
        Json = mapping.ToJsonString(Indented);
    }

    /// <summary>Each field gets the column that suits it best, each column one field, the surest first.</summary>
    private Dictionary<string, int> Assign()
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var candidates = _names.SelectMany((name, i) => GuessWords.Of(name).Select(of => (of.Field, of.Weight, Place: i)));
        foreach ((string field, int weight, int place) in candidates.OrderByDescending(one => one.Weight)
            .ThenBy(one => one.Place))
        {
            if (taken.TryGetValue(field, out int other))
            {
                if (weight >= 8 && !taken.ContainsValue(place))
                {
                    _unsure.Add($"{field} may also be {Quote.Of(_names[place])} instead of {Quote.Of(_names[other])}");
                }
            }
            else if (!taken.ContainsValue(place))
            {
                taken.Add(field, place);
                if (weight < 7)
                {
                    _unsure.Add($"{field} is {Quote.Of(_names[place])} by a weak likeness of its name");
                }
            }
        }

        return taken;
    }

    private void ProposeTime(Dictionary<string, int> taken)
    {
        if (!taken.TryGetValue("time", out int day))
        {
            _unsure.Add("no column was found for time: name it");
            return;
        }

        int clock = Array.FindIndex(_names, name => GuessWords.IsClock(name) && Array.IndexOf(_names, name) != day);
        List<string> values = _values[day];
        if (clock >= 0 && !taken.ContainsValue(clock) && _values[clock].Count > 0 && values.All(value => !value.Contains(':')))
        {
            taken.Add("timeOfDay", clock);
            _columns["time"] = new JsonArray(Reference(day), Reference(clock));
            values = [.. values.Zip(_values[clock], (one, other) => $"{one} {other}")];
        }
        else
        {
            _columns["time"] = Reference(day);
        }

        string[] formats = GuessValues.TimeFormats(values, out bool isCertain);
        if (!isCertain && values.Count > 0)
        {
            if (formats.Length == 0)
            {
                _unsure.Add($"the times, such as {Quote.Of(values[0])}, have no form that is known: write timeFormat");
            }
            else
            {
                _rest["timeFormat"] = formats[0];
                if (formats.Any(
                    format => format.IndexOf('d') < format.IndexOf('M') != formats[0].IndexOf('d') < formats[0].IndexOf('M')))
                {
                    _unsure.Add(
                        $"timeFormat: whether the day or the month is first cannot be told from {Quote.Of(values[0])} and the "
                            + "like");
                }
            }
        }

        _unsure.Add(
            "zone: times that name no zone are read as the bank's own clock; write zone where they are in another, such as UTC");
    }

    /// <summary>Two columns where the file has both sides, one for both else.</summary>
    private void ProposeSides(Dictionary<string, int> taken, string both, string paid, string received)
    {
        bool hasPaid = taken.TryGetValue(paid, out int one), hasReceived = taken.TryGetValue(received, out int other);
        if (hasPaid && hasReceived)
        {
            _columns[paid] = Reference(one);
            _columns[received] = Reference(other);
            taken.Remove(both);
            return;
        }

        if (taken.TryGetValue(both, out int single) || hasPaid || hasReceived)
        {
            single = taken.ContainsKey(both) ? single : hasPaid ? one : other;
            if (taken.ContainsKey(both) && (hasPaid || hasReceived))
            {
                _unsure.Add(
                    $"{both}: {Quote.Of(_names[single])} stands for both sides; {Quote.Of(_names[hasPaid ? one : other])} is not "
                        + "used");
                taken.Remove(hasPaid ? paid : received);
            }

            _columns[both] = Reference(single);
            return;
        }

        _unsure.Add($"no column was found for {both}: name it, or write it into constants");
    }

    private void ProposeAmounts(Dictionary<string, int> taken)
    {
        List<string> values =
            [.. ((string[])["amount", "amountPaid", "amountReceived"]).Where(taken.ContainsKey)
                .SelectMany(one => _values[taken[one]])];
        (char sign, char group, bool isCertain) = GuessValues.Signs(values);
        if (values.Count > 0 && !isCertain)
        {
            _unsure.Add("decimalSign: the amounts do not show whether a point or a comma is the decimal sign");
        }

        if (sign != '\0')
        {
            _rest["decimalSign"] = sign.ToString();
        }

        if (group != '\0')
        {
            _rest["groupSign"] = group.ToString();
        }

        if (values.Any(value => value.StartsWith('-')))
        {
            _unsure.Add("amounts below zero are there, and such rows are set aside: export payer and payee instead of a sign");
        }
    }

    private void ProposeFormats(Dictionary<string, int> taken)
    {
        if (!taken.TryGetValue("format", out int place))
        {
            _constants["format"] = PaymentFormats.NameOf(PaymentFormat.Wire);
            _unsure.Add("no column was found for format: every payment is taken as Wire");
            return;
        }

        _columns["format"] = Reference(place);
        string[] words = [.. _values[place].Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWords)];
        if (words.All(word => PaymentFormats.Parse(word) != PaymentFormat.Other))
        {
            return;
        }

        var formats = new JsonObject();
        foreach (string word in words)
        {
            PaymentFormat? format = GuessValues.FormatOf(word);
            formats[word] = PaymentFormats.NameOf(format ?? PaymentFormat.Other);
            if (format is null)
            {
                _unsure.Add($"formats: {Quote.Of(word)} is taken as Other");
            }
        }

        _rest["formats"] = formats;
    }

    private void ProposeLabels(Dictionary<string, int> taken)
    {
        if (!taken.TryGetValue("label", out int place))
        {
            _unsure.Add("no column was found for label: payments are unlabelled; outcomes may come from a file of their own");
            return;
        }

        _columns["label"] = Reference(place);
        string[] words = [.. _values[place].Distinct(StringComparer.OrdinalIgnoreCase).Take(MostWords)];
        if (words.All(word => PaymentFields.TryLabel(word, out _)))
        {
            return;
        }

        var labels = new Dictionary<Label, JsonArray>();
        foreach (string word in words)
        {
            Label? label = GuessValues.LabelOf(word);
            if (label is null)
            {
                _unsure.Add($"labels: {Quote.Of(word)} is taken as unknown");
            }

            Label key = label ?? Label.Unknown;
            labels.TryAdd(key, []);
            labels[key].Add(word);
        }

        var described = new JsonObject();
        foreach ((Label label, JsonArray list) in labels)
        {
            described[label switch { Label.Laundering => "laundering", Label.Legitimate => "licit", _ => "unknown" }] = list;
        }

        _rest["labels"] = described;
    }

    private void Name(Dictionary<string, int> taken, string field, string missing)
    {
        if (taken.TryGetValue(field, out int place))
        {
            _columns[field] = Reference(place);
        }
        else
        {
            _unsure.Add(missing);
        }
    }

    /// <summary>By its name, or by its number where that name is there twice.</summary>
    private JsonNode Reference(int place) =>
        _names.Count(name => name.AsSpan().Trim().Equals(_names[place].AsSpan().Trim(), StringComparison.OrdinalIgnoreCase)) == 1
            ? (JsonNode)_names[place].Trim()
            : place + 1;
}
