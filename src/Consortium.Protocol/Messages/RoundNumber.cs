namespace Consortium.Protocol.Messages;

/// <summary>A round of a session, counted from 1.</summary>
public readonly record struct RoundNumber : IComparable<RoundNumber>
{
    public const int Maximum = 1_000_000;

    private readonly int _offset;

    /// <exception cref="ArgumentOutOfRangeException">Not 1 to <see cref="Maximum"/>.</exception>
    public RoundNumber(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Maximum);
        _offset = value - 1;
    }

    public static RoundNumber First => default;

    public int Value => _offset + 1;

    public RoundNumber Next => new(Value + 1);

    public static bool operator <(RoundNumber left, RoundNumber right) => left._offset < right._offset;

    public static bool operator >(RoundNumber left, RoundNumber right) => left._offset > right._offset;

    public static bool operator <=(RoundNumber left, RoundNumber right) => left._offset <= right._offset;

    public static bool operator >=(RoundNumber left, RoundNumber right) => left._offset >= right._offset;

    public int CompareTo(RoundNumber other) => _offset.CompareTo(other._offset);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
