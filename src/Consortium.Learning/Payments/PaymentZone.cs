using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>The zone whose clock a bank's days follow.</summary>
public static class PaymentZone
{
    /// <summary>Finds a zone by its IANA name (<c>Europe/Zurich</c>), or <c>UTC</c>, or an offset as <c>+02:00</c>.</summary>
    public static bool TryParse(string text, out TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(text);
        string digits = text.TrimStart('+', '-');
        if (digits.Length < text.Length
            && TimeSpan.TryParseExact(digits, @"hh\:mm", CultureInfo.InvariantCulture, out TimeSpan offset)
            && offset <= TimeSpan.FromHours(14))
        {
            zone = TimeZoneInfo.CreateCustomTimeZone(text, text[0] == '-' ? -offset : offset, text, text);
            return true;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(text, out zone!);
    }
}
