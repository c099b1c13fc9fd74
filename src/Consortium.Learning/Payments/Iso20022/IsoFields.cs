using System.Text;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>
/// The texts of a message's fields, by scope: what an inner scope does not say, the outer one does. Not thread-safe.
/// </summary>
internal sealed class IsoFields
{
    public const int LongestText = 512;

    private const int MostScopes = 8;

    private readonly Place[][] _scopes = [.. Enumerable.Range(0, MostScopes).Select(_ => new Place[(int)IsoField.None])];
    private readonly int[] _used = new int[MostScopes];
    private char[] _text = new char[1 << 14];
    private int _scope;

    /// <summary>A field that stands twice in a scope where it may stand once; else <see cref="IsoField.None"/>.</summary>
    public IsoField Repeated { get; private set; } = IsoField.None;

    public ReadOnlySpan<char> this[IsoField field]
    {
        get
        {
            Place place = _scopes[_scope][(int)field];
            return _text.AsSpan(place.Start, place.Length);
        }
    }

    public bool Has(IsoField field) => _scopes[_scope][(int)field].Length > 0;

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _scope = 0;
        Array.Clear(_scopes[0]);
        _used[0] = 0;
        Repeated = IsoField.None;
    }

    public void Enter()
    {
        Array.Copy(_scopes[_scope], _scopes[_scope + 1], (int)IsoField.None);
        _used[_scope + 1] = _used[_scope];
        _scope++;
    }

    public void Leave()
    {
        _scope--;
        Repeated = IsoField.None;
    }

    /// <summary>Notes a field's text, without blanks around it.</summary>
    public void Set(IsoField field, ReadOnlySpan<byte> utf8, bool mayRepeat)
    {
        utf8 = utf8.Trim(" \t\r\n"u8);
        ref Place place = ref _scopes[_scope][(int)field];
        if (utf8.IsEmpty || (place.Length > 0 && place.Scope == _scope))
        {
            Repeated = utf8.IsEmpty || mayRepeat ? Repeated : field;
            return;
        }

        int start = _used[_scope];
        if (_text.Length - start < utf8.Length)
        {
            Array.Resize(ref _text, _text.Length * 2);
        }

        int length = Encoding.UTF8.GetChars(utf8, _text.AsSpan(start));
        place = new Place(start, length, _scope);
        _used[_scope] = start + length;
    }

    private readonly record struct Place(int Start, int Length, int Scope);
}
