using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>SWIFT messages read as the same payments as their AMLworld form.</summary>
public sealed class FinReadingTests
{
    private const string Transfer =
        "{1:F01COBADEFFAXXX0000000000}{2:I103UBSWCHZHX80AN}{3:{121:f81d4fae-7dec-11d0-a765-00a0c91e6bf6}}{4:\r\n"
        + ":20:REF1\r\n:23B:CRED\r\n"
        + ":32A:260302EUR1234,5\r\n:33B:USD1300,\r\n:50K:/DE89370400440532013000\r\nA PAYER\r\n:59:/CH9300762011623852957\r\n"
        + "A PAYEE\r\n:71A:SHA\r\n-}";

    private const string ReceivedAs942 =
        "{1:F01COBADEFFAXXX0000000000}{2:O9420915260302UBSWCHZHAXXX00000000002603020915N}{4:\r\n";

    private const string Expected =
        "2026-03-02T00:00:00 COBADEFF:DE89370400440532013000 UBSWCHZH80A:CH9300762011623852957 1234.5 1 1300 0 Wire Unknown";

    private const string Statement = ":20:STARTUMS\r\n:25:COBADEFF/0532013000\r\n:28C:1/1\r\n:60F:C260228EUR10,00\r\n";

    [Fact]
    public void Read_Mt103_SamePaymentsAsCsv()
    {
        (AccountTable accounts, Payment[] payments) = FinFile.WithBics(Simulated.Set);

        (string digest, ReadReport report) = Simulated.Read(FinFile.Mt103(payments, accounts));

        Assert.Equal(Simulated.DigestOf(payments, accounts), digest);
        Assert.Equal("MT103", report.Format);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void Read_Mt940_SamePaymentsOfTheirDays()
    {
        (AccountTable accounts, Payment[] payments) = FinFile.WithBics(Simulated.Set);
        Payment[] ofDays = [.. payments.Select(payment => payment with { Timestamp = payment.Timestamp.Date })];

        (string digest, ReadReport report) = Simulated.Read(FinFile.Mt940(ofDays, accounts));

        Assert.Equal(Simulated.DigestOf(ofDays, accounts), digest);
        Assert.Equal(("MT940", ofDays.Length), (report.Format, report.DayOnlyRows));
    }

    [Theory]
    [InlineData(Transfer)]
    [InlineData(Transfer + "$")]
    [InlineData("\u0001" + Transfer + "{5:{CHK:1}}\u0003")]
    public void Read_OneTransfer_ItsPayment(string text) => Assert.Equal([Expected], Simulated.Describe(text).Rows);

    [Theory]
    [InlineData("$")]
    [InlineData("\r\n")]
    [InlineData("\u0003\u0001")]
    [InlineData("")]
    [InlineData("{5:{CHK:123456789ABC}{TNG:}}")]
    public void Read_SeveralTransfers_AllPayments(string between) =>
        Assert.Equal([Expected, Expected], Simulated.Describe(Transfer + between + Transfer).Rows);

    [Fact]
    public void Read_AcknowledgedTransfer_HasTheTimeOfTheAcknowledgement()
    {
        const string acknowledgement = "{1:F21COBADEFFAXXX0000000000}{4:{177:2603020915}{451:0}{108:M}}";

        Assert.Equal(
            [Expected.Replace("T00:00:00", "T09:15:00", StringComparison.Ordinal)],
            Simulated.Describe(acknowledgement + Transfer).Rows);
    }

    [Theory]
    [InlineData(ReceivedAs942 + ":20:R\r\n-}", "MT942, an interim report")]
    [InlineData(":20:R\r\n:25:COBADEFF/1\r\n:34F:EUR0,\r\n:13D:2603021200+0100\r\n:61:2603020302D1,NTRFX\r\n-", "the MT940")]
    [InlineData("{1:F01COBADEFFAXXX0000000000}{2:I950UBSWCHZHXXXXN}{4:\r\n:20:R\r\n-}", "names no other accounts")]
    public void Read_MessageWhoseEntriesComeAgainOrLackAccounts_RejectedWithTheWayOn(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<PaymentFileException>(() => Simulated.Describe(text)).Message);

    [Theory]
    [InlineData("1234,5", "1234.5", "decimal comma", "32A")]
    [InlineData("260302", "260231", "a date as yyMMdd", "32A")]
    [InlineData(":32A:260302EUR1234,5\r\n", "", "no value date", "32A")]
    [InlineData("DE89370400440532013000", "DE89370400440532013001", "check digits", "50K")]
    [InlineData("DE89370400440532013000", "DE8937040044053201300", "has 22 characters", "50K")]
    [InlineData(":50K:/DE89370400440532013000\r\n", ":50K:", "no account", "50K")]
    [InlineData(":59:", ":57A:UBS\r\n:59:", "a BIC has 8 or 11", "57A")]
    [InlineData("EUR1", "EUX1", "currency", "Receiving Currency")]
    [InlineData(":33B:", ":32A:260302EUR1,\r\n:33B:", "stands twice", "32A")]
    public void Read_WrongField_SetAsideWithFieldAndReason(string text, string other, string reason, string field)
    {
        (string[] rows, ReadReport report) = Simulated.Describe(
            Transfer.Replace(text, other, StringComparison.Ordinal) + "\r\n" + Transfer);

        Assert.Equal([Expected], rows);
        RowProblem problem = Assert.Single(report.Problems);
        Assert.Equal((1L, 1, field), (problem.Line, problem.Message, problem.Column));
        Assert.Contains(reason, problem.Reason);
    }

    [Fact]
    public void Read_StatementLines_OnlyPaymentsOfTheAccount()
    {
        (string[] rows, ReadReport report) = Simulated.Describe(
            Statement
            + ":61:2603020302DR90,NTRFNONREF//B1\r\n:86:116?00FOLGELAST?20EREF+E7?21KREF+X"
            + "?30UBSWCHZH?31CH9300762011623852957?32NAME\r\n"
            + ":61:2603030303C12,34NTRFE8//B2\r\n:86:/TRTP/SEPA/IBAN/NL91ABNA0417164300/BIC/ABN\r\nANL2A/NAME/X/EREF/E8/\r\n"
            + ":61:260303RC1,00NTRFNONREF\r\n:86:116?30UBSWCHZH?31CH9300762011623852957\r\n"
            + ":61:260303D1,00NCHGNONREF\r\n:86:FEES\r\n"
            + ":61:260303D1,00NTRFNONREF\r\n"
            + ":61:260399D1,00NTRFNONREF\r\n:86:FEES\r\n"
            + ":61:2501021231DR5,00NCHKNONREF\r\n:86:/CNTP/77/UBSWCHZH/NAME/\r\n"
            + ":62F:C260303EUR1,00\r\n-\r\n");

        Assert.Equal(
            [
                "2026-03-02T00:00:00 COBADEFF:0532013000 UBSWCHZH:CH9300762011623852957 90 1 90 1 Ach Unknown",
                "2026-03-03T00:00:00 ABNANL2A:NL91ABNA0417164300 COBADEFF:0532013000 12.34 1 12.34 1 Ach Unknown",
                "2024-12-31T00:00:00 COBADEFF:0532013000 UBSWCHZH:77 5.00 1 5.00 1 Cheque Unknown",
            ],
            rows);
        Assert.Equal(
            [(3L, "61"), (4L, "86"), (5L, "86"), (6L, "61")], report.Problems.Select(problem => (problem.Line, problem.Column)));
    }

    [Theory]
    [InlineData("{1:F01COBADEFFAXXX0000000000}{2:I103UBSWCHZHX80AN}{4:\r\n:20:REF1\r\n", "ends within a message")]
    [InlineData("{1:F01COBADEFFAXXX0000000000}{2:I202UBSWCHZHX80AN}{4:\r\n:20:REF1\r\n-}", "but MT202")]
    [InlineData(":20:X\r\n:21:Y\r\n-\r\n", "no MT103 or MT940")]
    public void Read_OtherFiles_RejectedByWhatTheyAre(string text, string reason) => Assert.Contains(
        reason, Assert.Throws<PaymentFileException>(() => Simulated.Describe(text)).Message);

    [Fact]
    public void Read_EndlessLineOrField_Rejected()
    {
        Assert.Contains("line is longer", Rejection(Statement + ":86:" + new string('x', 100_000)));
        Assert.Contains(
            "field 86 is longer", Rejection(Statement + ":86:x\r\n" + string.Concat(Enumerable.Repeat("xxxxxxxx\r\n", 100_000))));
    }

    private static string Rejection(string text) => Assert.Throws<PaymentFileException>(() => Simulated.Describe(text)).Message;
}
