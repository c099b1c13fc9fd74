namespace Consortium.Learning.Payments;

/// <summary>A bank's identifier as written in the data: a string, for leading zeros matter ("001" is not "1").</summary>
public readonly record struct BankId(string Value) : IComparable<BankId>
{
    public int CompareTo(BankId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
