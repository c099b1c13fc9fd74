using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

public sealed class PatternMatchTests
{
    [Theory]
    [InlineData("010", "20", "leading zeros")]
    [InlineData("777", "20", "which no payment does")]
    public void Warn_NoAttemptMatches_SaysWhy(string patternsBank, string paymentsBank, string reason)
    {
        var accounts = new AccountTable();
        accounts.Intern(new BankId("10"), "a");
        accounts.Intern(new BankId(paymentsBank), "b");
        LaunderingAttempt attempt = Attempt(accounts, patternsBank);

        string? warning = PatternMatch.Warn([attempt, attempt], [-1, -1], accounts, banksBefore: 2);

        Assert.StartsWith("No laundering attempt of the 2", warning, StringComparison.Ordinal);
        Assert.Contains(reason, warning);
    }

    [Fact]
    public void Warn_EveryAttemptMatches_Nothing()
    {
        var accounts = new AccountTable();
        LaunderingAttempt attempt = Attempt(accounts, "10");

        Assert.Null(PatternMatch.Warn([attempt], [-1, 0], accounts, banksBefore: 1));
    }

    [Fact]
    public void Warn_SomeMatch_CountsTheOthers()
    {
        var accounts = new AccountTable();
        LaunderingAttempt attempt = Attempt(accounts, "10");

        Assert.StartsWith(
            "1 of the 2", PatternMatch.Warn([attempt, attempt], [-1, 0], accounts, banksBefore: 1), StringComparison.Ordinal);
    }

    private static LaunderingAttempt Attempt(AccountTable accounts, string bank)
    {
        AccountId account = accounts.Intern(new BankId(bank), "a");
        return new LaunderingAttempt
        {
            Typology = Typology.Cycle,
            Description = "",
            Payments =
            [
                new Payment
                {
                    Timestamp = new DateTime(2022, 9, 1),
                    From = account,
                    To = account,
                    AmountReceived = 1,
                    ReceivingCurrency = Currencies.UsDollar,
                    AmountPaid = 1,
                    PaymentCurrency = Currencies.UsDollar,
                    PaymentFormat = PaymentFormat.Wire,
                    Label = Label.Laundering,
                },
            ],
        };
    }
}
