using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

public sealed class WritingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consortium-writing-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.csv.gz")]
    public void Write_AnyRows_ReadAgainTheSame(string name) => Sample.Sets.Sample(sample =>
    {
        string path = Path.Combine(_folder, name);
        using (var writer = new PaymentWriter(path, sample.Accounts))
        {
            writer.Write(sample.Rows);
        }

        using PaymentReader reader = PaymentReader.Open(path, new PaymentReadOptions { Accounts = sample.Accounts });
        Assert.Equal(sample.Rows, reader.Rows());
    }, iter: 100, threads: 1);

    [Fact]
    public void Write_AccountNoReaderWouldTake_Rejected()
    {
        var accounts = new AccountTable();
        AccountId account = accounts.Intern(new BankId("1,2"), "A");
        using var writer = new PaymentWriter(Path.Combine(_folder, "rejected.csv"), accounts);
        Payment row = Row(account, account, 0);

        Assert.Throws<ArgumentException>(() => writer.Write(row));
    }

    [Fact]
    public void PatternFile_AmlWorldText_ItsAttempts()
    {
        string path = Path.Combine(_folder, "patterns.txt");
        File.WriteAllText(path,
            $"BEGIN LAUNDERING ATTEMPT - FAN-OUT:  Max 16-degree Fan-Out\n{Sample.Row}\n{Sample.Row}\nEND LAUNDERING ATTEMPT - "
                + "FAN-OUT\n\n" +
            $"BEGIN LAUNDERING ATTEMPT - STACK\n{Sample.Row}\nEND LAUNDERING ATTEMPT - STACK\n");

        IReadOnlyList<LaunderingAttempt> attempts = PatternFile.Read(path, new AccountTable());

        Assert.Equal([Typology.FanOut, Typology.Stack], attempts.Select(attempt => attempt.Typology));
        Assert.Equal(["Max 16-degree Fan-Out", ""], attempts.Select(attempt => attempt.Description));
        Assert.Equal([2, 1], attempts.Select(attempt => attempt.Payments.Count));
    }

    [Theory]
    [InlineData("BEGIN LAUNDERING ATTEMPT - SPIRAL\n", "line 1: the typology is none of AMLworld's eight")]
    [InlineData("\nBEGIN LAUNDERING ATTEMPT - STACK\nBEGIN LAUNDERING ATTEMPT - STACK\n", "line 3: an attempt begins before")]
    [InlineData("END LAUNDERING ATTEMPT - STACK\n", "line 1: an attempt ends that never began")]
    [InlineData(Sample.Row, "line 1: expected an attempt's BEGIN")]
    [InlineData(
        "BEGIN LAUNDERING ATTEMPT - STACK\n2022/09/01,a\n", "line 2: expected an attempt's BEGIN, END or a row of 11 columns")]
    [InlineData("BEGIN LAUNDERING ATTEMPT - STACK\n01/09/2022,a,b,c,d,1,Euro,1,Euro,Wire,1\n", "line 2, Timestamp: ")]
    [InlineData("BEGIN LAUNDERING ATTEMPT - STACK\n", "the file ends within an attempt")]
    public void PatternFile_WrongText_SaysWhereAndWhy(string text, string message)
    {
        string path = Path.Combine(_folder, "wrong.txt");
        File.WriteAllText(path, text);

        var error = Assert.Throws<PaymentFileException>(() => PatternFile.Read(path, new AccountTable()));

        Assert.Contains(message, error.Message);
    }

    [Theory]
    [InlineData("accounts.csv")]
    [InlineData("accounts.csv.gz")]
    public void AccountFile_NamesWithCommasAndQuotes_ReadAgainTheSame(string name)
    {
        AccountRecord[] records =
        [
            new("First \"National\", Bank", new BankId("001"), "80A", "E1", "A, B & Sons"),
            new("", new BankId("1"), "80A", "", ""),
        ];
        string path = Path.Combine(_folder, name);

        AccountFile.Write(path, records);

        Assert.Equal(records, AccountFile.Read(path));
    }

    [Theory]
    [InlineData("Bank Name,Bank ID,Account,Entity ID,Entity Name\n", "column 'Account Number' is missing")]
    [InlineData("Bank Name,Bank ID,Account Number,Entity ID,Entity Name\na,b\n", "line 2: expected 5 columns, found 2")]
    [InlineData("Bank Name,Bank ID,Account Number,Entity ID,Entity Name\na,,c,d,e\n", "line 2, Bank ID: ")]
    public void AccountFile_WrongText_SaysWhereAndWhy(string text, string message)
    {
        string path = Path.Combine(_folder, "wrong.csv");
        File.WriteAllText(path, text);

        var error = Assert.Throws<PaymentFileException>(() => AccountFile.Read(path).ToList());

        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void AttemptOfRow_RowsAlikeInEveryColumn_AsManyAsNamed()
    {
        var accounts = new AccountTable();
        AccountId a = accounts.Intern(new BankId("1"), "A"), b = accounts.Intern(new BankId("2"), "B");
        Payment row = Row(a, b, 0), labelled = row with { Label = Label.Laundering };
        var set = new PaymentSet([row, row, row, Row(b, a, 1)], accounts);
        LaunderingAttempt[] attempts =
        [
            new() { Typology = Typology.Cycle, Description = "", Payments = [labelled] },
            new() { Typology = Typology.FanIn, Description = "", Payments = [labelled] },
        ];

        Assert.Equal([0, 1, -1, -1], LaunderingAttempt.AttemptOfRow(set, attempts));
    }

    private static Payment Row(AccountId from, AccountId to, int minute) => new()
    {
        Timestamp = new DateTime(2022, 1, 1).AddMinutes(minute),
        From = from,
        To = to,
        AmountReceived = 1,
        ReceivingCurrency = Currencies.UsDollar,
        AmountPaid = 1,
        PaymentCurrency = Currencies.UsDollar,
        PaymentFormat = PaymentFormat.Wire,
        Label = Label.Legitimate,
    };
}
