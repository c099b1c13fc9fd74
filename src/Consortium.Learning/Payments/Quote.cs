namespace Consortium.Learning.Payments;

/// <summary>Quotes text from a file for a message: short, and with no control characters.</summary>
internal static class Quote
{
    private const int MaxLength = 40;

    public static string Of(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> shown = text[..Math.Min(text.Length, MaxLength)];
        Span<char> clean = stackalloc char[MaxLength];
        for (int i = 0; i < shown.Length; i++)
        {
            clean[i] = char.IsControl(shown[i]) || char.IsSurrogate(shown[i]) ? '?' : shown[i];
        }

        return $"'{clean[..shown.Length]}{(text.Length > MaxLength ? "..." : "")}'";
    }
}
