using System.Collections.Immutable;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>Where a file keeps the columns that a mapping names.</summary>
internal sealed class MappedColumns
{
    private const int MostNamesListed = 40;

    private readonly int[] _places;
    private readonly int _ofDay;

    private MappedColumns(int width, int[] places, int ofDay) => (Width, _places, _ofDay) = (width, places, ofDay);

    /// <summary>Number of columns in the file.</summary>
    public int Width { get; }

    /// <summary>Where the time of day stands, if it has a column of its own; else -1.</summary>
    public int PlaceOfTimeOfDay => _ofDay;

    /// <summary>The column's place, or -1 for one that the mapping names none for.</summary>
    public int PlaceOf(PaymentColumn column) => _places[(int)column];

    /// <exception cref="PaymentFileException">The file lacks a column, or has two of its name.</exception>
    public static MappedColumns Find(PaymentMapping mapping, string file, IReadOnlyList<string> header)
    {
        int[] places = [.. Enumerable.Repeat(-1, (int)PaymentColumn.Credit + 1)];
        int ofDay = -1;
        var named = new Dictionary<int, ColumnReference>();
        foreach ((PaymentColumn column, ImmutableArray<ColumnReference> references) in mapping.Columns)
        {
            places[(int)column] = Place(references[0], column, file, header);
            ofDay = references.Length > 1 ? Place(references[1], column, file, header) : ofDay;
            foreach (ColumnReference reference in references)
            {
                int place = Place(reference, column, file, header);
                if (!named.TryAdd(place, reference) && named[place] != reference)
                {
                    throw new PaymentFileException(
                        file,
                        $"the mapping names column {place + 1} twice, as {named[place]} and as {reference}; each column is one "
                            + "thing.");
                }
            }
        }

        return new MappedColumns(header.Count, places, ofDay);
    }

    private static int Place(ColumnReference reference, PaymentColumn column, string file, IReadOnlyList<string> header)
    {
        string field = $"the mapping's columns.{MappingFields.NameOf(column)}";
        if (reference.Name is not { } name)
        {
            return reference.Number <= header.Count
                ? reference.Number - 1
                : throw new PaymentFileException(
                    file, $"{field} names column {reference.Number}, but the file has {header.Count}.");
        }

        int[] found =
        [
            .. Enumerable.Range(0, header.Count)
                .Where(i => header[i].AsSpan().Trim().Equals(name.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase)),
        ];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new PaymentFileException(
                file,
                $"{field} names column {reference}, which the header lacks; it has "
                    + $"{string.Join(", ", header.Take(MostNamesListed).Select(one => Quote.Of(one)))}."),
            _ => throw new PaymentFileException(
                file,
                $"{field} names column {reference}, which the header has {found.Length} times (columns "
                    + $"{string.Join(", ", found.Select(i => i + 1))}); write the number of the one that is meant."),
        };
    }
}
