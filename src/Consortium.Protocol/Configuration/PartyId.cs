namespace Consortium.Protocol.Configuration;

/// <summary>A member's name inside its consortium: 1 to 32 of a-z, 0-9 and dash, a letter first. Ordered by character.</summary>
public readonly record struct PartyId : IComparable<PartyId>
{
    public const int MaximumLength = 32;

    private readonly string? _name;

    /// <exception cref="ArgumentException">Not a valid name.</exception>
    public PartyId(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is no party id: use 1 to {MaximumLength} of a-z, 0-9 and '-', starting with a letter.", nameof(name));
        }

        _name = name;
    }

    public string Name => _name ?? string.Empty;

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > MaximumLength || !char.IsAsciiLetterLower(name[0]))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    public int CompareTo(PartyId other) => string.CompareOrdinal(Name, other.Name);

    public override string ToString() => Name;
}
