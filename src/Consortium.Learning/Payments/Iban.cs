using System.Collections.Frozen;

namespace Consortium.Learning.Payments;

/// <summary>International bank account numbers (ISO 13616): country, length, check digits, and the bank within.</summary>
internal static class Iban
{
    public const int LongestText = 34;

    /// <summary>Country, length, and where the bank's code stands behind the check digits, by the registry of IBANs.</summary>
    private const string Registry =
        "AD24:0,4 AE23:0,3 AL28:0,3 AT20:0,5 AZ28:0,4 BA20:0,3 BE16:0,3 BG22:0,4 BH22:0,4 BI27:0,5 BR29:0,8 BY28:0,4 CH21:0,5 "
        + "CR22:0,4 CY28:0,3 CZ24:0,4 DE22:0,8 DJ27:0,5 DK18:0,4 DO28:0,4 EE20:0,2 EG29:0,4 ES24:0,4 FI18:0,3 FK18:0,2 FO18:0,4 "
        + "FR27:0,5 GB22:0,4 GE22:0,2 GI23:0,4 GL18:0,4 GR27:0,3 GT28:0,4 HN28:0,4 HR21:0,7 HU28:0,3 IE22:0,4 IL23:0,3 IQ23:0,4 "
        + "IS26:0,4 IT27:1,5 JO30:0,4 KW30:0,4 KZ20:0,3 LB28:0,4 LC32:0,4 LI21:0,5 LT20:0,5 LU20:0,3 LV21:0,4 LY25:0,3 MC27:0,5 "
        + "MD24:0,2 ME22:0,3 MK19:0,3 MN20:0,4 MR27:0,5 MT31:0,4 MU30:0,6 NI28:0,4 NL18:0,4 NO15:0,4 OM23:0,3 PK24:0,4 PL28:0,8 "
        + "PS29:0,4 PT25:0,4 QA29:0,4 RO24:0,4 RS22:0,3 RU33:0,9 SA24:0,2 SC31:0,6 SD18:0,2 SE24:0,3 SI19:0,5 SK24:0,4 SM27:1,5 "
        + "SO23:0,4 ST25:0,4 SV28:0,4 TL23:0,3 TN24:0,2 TR26:0,5 UA29:0,6 VA22:0,3 VG24:0,4 XK20:0,2 YE30:0,4";

    private static readonly FrozenDictionary<int, (int Length, int BankAt, int BankLength)> Countries =
        Registry.Split(' ').ToFrozenDictionary(
            entry => Key(entry[0], entry[1]),
            entry =>
            {
                string[] numbers = entry[2..].Split(':', ',');
                return (int.Parse(numbers[0], null), int.Parse(numbers[1], null), int.Parse(numbers[2], null));
            });

    /// <summary>
    /// Writes the number without blanks, in upper case, into <paramref name="plain"/> and returns its length; 0 where it is
    /// wrong.
    /// </summary>
    /// <param name="text">As in a file; blanks between groups are allowed.</param>
    /// <param name="plain">Of <see cref="LongestText"/> characters.</param>
    /// <param name="problem">Says what is wrong.</param>
    public static int Read(ReadOnlySpan<char> text, Span<char> plain, out string? problem)
    {
        int length = 0;
        foreach (char character in text)
        {
            if (character == ' ')
            {
                continue;
            }

            if (!char.IsAsciiLetterOrDigit(character) || length == LongestText)
            {
                problem = "an IBAN has up to 34 letters and digits";
                return 0;
            }

            plain[length++] = char.ToUpperInvariant(character);
        }

        problem = ProblemOf(plain[..length]);
        return problem is null ? length : 0;
    }

    /// <summary>Whether a number begins with a country that issues IBANs and two digits, and is about as long as one.</summary>
    public static bool Resembles(ReadOnlySpan<char> text) =>
        text.Length is >= 14 and <= LongestText + 8 && char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3])
        && Countries.ContainsKey(Key(text[0], text[1]));

    /// <summary>The bank's code, with its country in front; nothing where the country is not in the registry.</summary>
    public static ReadOnlySpan<char> BankOf(ReadOnlySpan<char> plain, Span<char> destination)
    {
        (int _, int at, int length) = Countries[Key(plain[0], plain[1])];
        plain[..2].CopyTo(destination);
        plain.Slice(4 + at, length).CopyTo(destination[2..]);
        return destination[..(2 + length)];
    }

    private static string? ProblemOf(ReadOnlySpan<char> plain) =>
        plain.Length < 5 || !char.IsAsciiLetter(plain[0]) || !char.IsAsciiLetter(plain[1])
            || !char.IsAsciiDigit(plain[2]) || !char.IsAsciiDigit(plain[3])
            ? "an IBAN begins with a country's two letters and two check digits"
        : !Countries.TryGetValue(Key(plain[0], plain[1]), out (int Length, int, int) country)
            ? $"no country {plain[..2]} issues IBANs"
        : plain.Length != country.Length
            ? $"an IBAN of {plain[..2]} has {country.Length} characters, not {plain.Length}"
        : Remainder(plain) != 1 ? "the IBAN's check digits do not fit it"
        : null;

    /// <summary>ISO 7064 mod 97-10: the first four characters go to the end, letters count as 10 to 35.</summary>
    private static int Remainder(ReadOnlySpan<char> plain)
    {
        ulong value = 0;
        for (int i = 0; i < plain.Length; i++)
        {
            char character = plain[i + 4 < plain.Length ? i + 4 : i + 4 - plain.Length];
            value = char.IsAsciiDigit(character)
                ? (value * 10) + (ulong)(character - '0')
                : (value * 100) + (ulong)(character - 'A' + 10);
            value = value > 1UL << 56 ? value % 97 : value;
        }

        return (int)(value % 97);
    }

    private static int Key(char first, char second) => (first << 16) | second;
}
