using System.Globalization;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>A column of a file: by its name in the header, or by its number, from 1.</summary>
public readonly record struct ColumnReference(string? Name, int Number)
{
    public override string ToString() => Name is null ? Number.ToString(CultureInfo.InvariantCulture) : Quote.Of(Name);
}
