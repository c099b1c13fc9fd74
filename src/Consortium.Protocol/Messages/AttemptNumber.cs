namespace Consortium.Protocol.Messages;

/// <summary>An attempt at a round, counted from 1. Keys are fresh in each, the vectors are the same.</summary>
public readonly record struct AttemptNumber : IComparable<AttemptNumber>
{
    public const int Maximum = 255;

    private readonly int _offset;

    /// <exception cref="ArgumentOutOfRangeException">Not 1 to <see cref="Maximum"/>.</exception>
    public AttemptNumber(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Maximum);
        _offset = value - 1;
    }

    public static AttemptNumber First => default;

    public int Value => _offset + 1;

    public AttemptNumber Next => new(Value + 1);

    public static bool operator <(AttemptNumber left, AttemptNumber right) => left._offset < right._offset;

    public static bool operator >(AttemptNumber left, AttemptNumber right) => left._offset > right._offset;

    public static bool operator <=(AttemptNumber left, AttemptNumber right) => left._offset <= right._offset;

    public static bool operator >=(AttemptNumber left, AttemptNumber right) => left._offset >= right._offset;

    public int CompareTo(AttemptNumber other) => _offset.CompareTo(other._offset);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
