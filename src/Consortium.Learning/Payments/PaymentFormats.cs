namespace Consortium.Learning.Payments;

/// <summary>The names of payment formats in files.</summary>
public static class PaymentFormats
{
    public static PaymentFormat Parse(ReadOnlySpan<char> text) => text switch
    {
        "ACH" => PaymentFormat.Ach,
        "Bitcoin" => PaymentFormat.Bitcoin,
        "Cash" => PaymentFormat.Cash,
        "Cheque" => PaymentFormat.Cheque,
        "Credit Card" => PaymentFormat.CreditCard,
        "Reinvestment" => PaymentFormat.Reinvestment,
        "Wire" => PaymentFormat.Wire,
        _ => ParseLoosely(text),
    };

    public static string NameOf(PaymentFormat format) => format switch
    {
        PaymentFormat.Ach => "ACH",
        PaymentFormat.Bitcoin => "Bitcoin",
        PaymentFormat.Cash => "Cash",
        PaymentFormat.Cheque => "Cheque",
        PaymentFormat.CreditCard => "Credit Card",
        PaymentFormat.Reinvestment => "Reinvestment",
        PaymentFormat.Wire => "Wire",
        PaymentFormat.Other => "Other",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown payment format."),
    };

    /// <summary>The same names in other case, with blanks around them, or with another sign for the blank.</summary>
    private static PaymentFormat ParseLoosely(ReadOnlySpan<char> text)
    {
        Span<char> letters = stackalloc char[16];
        int length = 0;
        foreach (char character in text)
        {
            if (character is ' ' or '_' or '-' or '\u00A0')
            {
                continue;
            }

            if (length == letters.Length)
            {
                return PaymentFormat.Other;
            }

            letters[length++] = char.ToLowerInvariant(character);
        }

        return letters[..length] switch
        {
            "ach" => PaymentFormat.Ach,
            "bitcoin" => PaymentFormat.Bitcoin,
            "cash" => PaymentFormat.Cash,
            "cheque" => PaymentFormat.Cheque,
            "creditcard" => PaymentFormat.CreditCard,
            "reinvestment" => PaymentFormat.Reinvestment,
            "wire" => PaymentFormat.Wire,
            _ => PaymentFormat.Other,
        };
    }
}
