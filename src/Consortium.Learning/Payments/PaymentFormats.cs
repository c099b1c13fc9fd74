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
        _ => PaymentFormat.Other,
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
}
