namespace Consortium.Learning.Payments;

/// <summary>Business identifier codes (ISO 9362): four letters or digits, a country, a place, and perhaps a branch.</summary>
internal static class Bic
{
    public const string Expected =
        "a BIC has 8 or 11 characters: four letters or digits, a country's two letters, two letters or digits, and perhaps a "
            + "branch";

    public const int LongestText = 11;

    /// <summary>Whether the text is one, in upper case.</summary>
    public static bool Is(ReadOnlySpan<char> text)
    {
        if (text.Length is not (8 or 11) || !char.IsAsciiLetterUpper(text[4]) || !char.IsAsciiLetterUpper(text[5]))
        {
            return false;
        }

        foreach (char character in text)
        {
            if (!char.IsAsciiLetterUpper(character) && !char.IsAsciiDigit(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The same institution's shortest form: branch <c>XXX</c> is the main office, which eight characters mean too.
    /// </summary>
    public static ReadOnlySpan<char> Shortest(ReadOnlySpan<char> bic) =>
        bic is [.., 'X', 'X', 'X'] && bic.Length == 11 ? bic[..8] : bic;
}
