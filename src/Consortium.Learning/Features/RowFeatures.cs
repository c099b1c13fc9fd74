using Consortium.Learning.Payments;

namespace Consortium.Learning.Features;

/// <summary>Group 1: the transaction itself.</summary>
internal static class RowFeatures
{
    public static void Describe(SchemaBuilder schema)
    {
        schema.Group = FeatureGroup.Row;
        schema.Add("amount", FeatureUnit.Amount, "pays {value}");
        schema.Add("exchange_ratio", FeatureUnit.Ratio, "{value} units paid for each unit received");
        schema.Add("payment_currency", FeatureUnit.Currency, "paid in currency {value}");
        schema.Add("receiving_currency", FeatureUnit.Currency, "received in currency {value}");
        schema.Add("payment_format", FeatureUnit.PaymentFormat, "paid as {value}");
        schema.Add("hour", FeatureUnit.Category, "made in hour {value} of the day");
        schema.Add("weekday", FeatureUnit.Weekday, "made on a {value}");
        schema.Add("day_of_month", FeatureUnit.Category, "made on day {value} of the month");
        schema.Add("cross_bank", FeatureUnit.Flag, "goes to another bank");
        schema.Add("own_account", FeatureUnit.Flag, "goes back to the sending account");
        schema.Add("round_amount", FeatureUnit.Category, "amount is whole in units of 10 to the power {value} (-1: not whole)");
    }

    public static void Write(ref RowWriter row, PaymentContext context)
    {
        Payment payment = context.Payment;
        row.Put(context.LogPaid);
        row.PutQuotient(context.Paid, context.Received);
        row.Put(payment.PaymentCurrency.Code);
        row.Put(payment.ReceivingCurrency.Code);
        row.Put((int)payment.PaymentFormat);
        row.Put(payment.Timestamp.Hour);
        row.Put((int)payment.Timestamp.DayOfWeek);
        row.Put(payment.Timestamp.Day);
        row.Put(context.Sender.Bank != context.Receiver.Bank);
        row.Put(context.From == context.To);
        row.Put(Roundness(context.Paid));
    }

    /// <summary>
    /// The greatest power of ten, up to the third, that divides the amount; -1 where it has a fraction or is 0.
    /// </summary>
    private static int Roundness(double amount)
    {
        int power = -1;
        for (double unit = 1; power < 3 && amount > 0 && Math.Floor(amount / unit) * unit == amount; unit *= 10)
        {
            power++;
        }

        return power;
    }
}
