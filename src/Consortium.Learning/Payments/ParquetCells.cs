using ParquetSharp;

namespace Consortium.Learning.Payments;

/// <summary>Some rows of one column, as the text that a CSV file would hold. Missing values are nothing.</summary>
internal abstract class ParquetCells : IDisposable
{
    private readonly int[] _ends;
    private char[] _text;

    private protected ParquetCells(int rows)
    {
        _ends = new int[rows + 1];
        _text = new char[(rows + 1) * 8];
    }

    /// <summary>The text of a row; valid until the next load.</summary>
    public ReadOnlySpan<char> this[int row] => _text.AsSpan(_ends[row], _ends[row + 1] - _ends[row]);

    /// <summary>Replaces the rows by the next ones of the row group.</summary>
    public abstract void Load(int rows);

    public abstract void Dispose();

    /// <summary>Where a row's text goes, after the row before it.</summary>
    private protected Span<char> Room(int row)
    {
        if (_text.Length - _ends[row] < ParquetText.MaxLength)
        {
            Array.Resize(ref _text, _text.Length * 2);
        }

        return _text.AsSpan(_ends[row]);
    }

    private protected void End(int row, int length) => _ends[row + 1] = _ends[row] + length;
}

/// <summary>The same of one physical type.</summary>
internal sealed class ParquetCells<T>(ColumnReader<T> reader, short level, int rows, ParquetTextWriter<T> write)
    : ParquetCells(rows)
    where T : unmanaged, IEquatable<T>
{
    private readonly T[] _values = new T[rows];
    private readonly short[] _levels = new short[rows];

    public override void Load(int rows)
    {
        for (int filled = 0; filled < rows;)
        {
            long read = reader.ReadBatch(rows - filled, level > 0 ? _levels.AsSpan() : [], [], _values, out long present);
            if (read <= 0 || read > rows - filled || present > read)
            {
                throw new InvalidDataException("the column has fewer rows than its row group");
            }

            // Text points into the library's page, which the next call replaces.
            int next = 0;
            for (int i = 0; i < read; i++, filled++)
            {
                bool isPresent = level == 0 || _levels[i] == level;
                End(filled, isPresent && next < present ? write(_values[next++], Room(filled)) : 0);
            }
        }
    }

    public override void Dispose() => reader.Dispose();
}
