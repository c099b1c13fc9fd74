using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Features;

/// <summary>A payment between numbered accounts that no account table knows yet; account n is of bank n modulo 3.</summary>
internal sealed record NamedPayment(DateTime Time, int From, int To, decimal Paid, decimal Received, PaymentFormat Format)
{
    public static BankId BankOf(int account) => RandomPayments.Banks[account % RandomPayments.Banks.Length];

    public bool IsSeenBy(BankId bank) => BankOf(From) == bank || BankOf(To) == bank;

    public Payment In(AccountTable accounts) => new()
    {
        Timestamp = Time,
        From = accounts.Intern(BankOf(From), $"A{From}"),
        To = accounts.Intern(BankOf(To), $"A{To}"),
        AmountPaid = Paid,
        AmountReceived = Received,
        PaymentCurrency = new Currency(1),
        ReceivingCurrency = new Currency((byte)(Paid == Received ? 1 : 2)),
        PaymentFormat = Format,
        Label = Label.Unknown,
    };
}
