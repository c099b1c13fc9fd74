using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

public sealed class DuplicatePaymentsTests
{
    private const string Header = Sample.Header + ",Payment ID\n";

    [Fact]
    public void Warnings_SameRowTwice_CountedAndShown()
    {
        string[] warnings = WarningsOf(
            Sample.File(Sample.Row, Sample.Row, Sample.Row.Replace("0.01", "0.02", StringComparison.Ordinal)));

        Assert.Contains("1 payments are the same as an earlier one in everything", Assert.Single(warnings));
        Assert.Contains("2022-09-01T00:20:00 010 8000EBD30 to 03208 8000F4580, 3697.34", warnings[0]);
    }

    [Fact]
    public void Warnings_SameIdentifierOfOtherPayments_CountedAndShown() => Assert.Contains(
        "1 payments have an identifier that an earlier payment has",
        Assert.Single(WarningsOf(
            $"{Header}{Sample.Row},X1\n{Sample.Row},X2\n{Sample.Row.Replace("0.01", "0.02", StringComparison.Ordinal)},X1\n")));

    [Fact]
    public void Warnings_AnotherTableOfTheSameAccounts_StillTheSamePayment()
    {
        var duplicates = new DuplicatePayments();
        Add(duplicates, Sample.File(Sample.Row));
        Add(duplicates, Sample.File(Sample.Row.Replace("8000EBD30", "X", StringComparison.Ordinal), Sample.Row));

        Assert.Contains("1 payments are the same", Assert.Single(duplicates.Warnings()));
    }

    private static string[] WarningsOf(string text)
    {
        var duplicates = new DuplicatePayments();
        Add(duplicates, text);
        return [.. duplicates.Warnings()];
    }

    private static void Add(DuplicatePayments duplicates, string text)
    {
        using PaymentReader reader = Sample.Open(text);
        foreach (Payment payment in reader.Rows())
        {
            duplicates.Add(payment, reader.Accounts);
        }
    }
}
