namespace Consortium.Learning.Payments.Iso20022;

/// <summary>Which of AMLworld's payment formats a message's codes mean.</summary>
internal static class IsoKinds
{
    /// <summary>
    /// The local instrument's name where it is one of AMLworld's; a cheque, cash or card by the payment's code; ACH for what a
    /// clearing house settles in bulk; Wire for the rest.
    /// </summary>
    public static string FormatOf(IsoFields fields, IsoMessage message)
    {
        if (fields.Has(IsoField.Instrument)
            && PaymentFormats.Parse(fields[IsoField.Instrument]) is not PaymentFormat.Other and var named)
        {
            return PaymentFormats.NameOf(named);
        }

        if (fields[IsoField.Method] is "CHK")
        {
            return PaymentFormats.NameOf(PaymentFormat.Cheque);
        }

        PaymentFormat format = fields[IsoField.Family] switch
        {
            "ICHQ" or "RCHQ" => PaymentFormat.Cheque,
            "CNTR" => PaymentFormat.Cash,
            "CCRD" or "MCRD" => PaymentFormat.CreditCard,
            "IDDT" or "RDDT" => PaymentFormat.Ach,
            _ => IsBulk(fields, message) ? PaymentFormat.Ach : PaymentFormat.Wire,
        };
        return PaymentFormats.NameOf(format);
    }

    private static bool IsBulk(IsoFields fields, IsoMessage message) =>
        message != IsoMessage.InstitutionTransfer
        && (fields[IsoField.ServiceLevel] is "SEPA" or "NURG" || fields[IsoField.Channel] is "MPNS"
            || fields[IsoField.SubFamily] is "ESCT" or "ACDT" or "ESDD" or "STDO");
}
