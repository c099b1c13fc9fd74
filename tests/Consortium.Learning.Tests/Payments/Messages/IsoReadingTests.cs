using System.IO.Compression;
using System.Text;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>ISO 20022 messages read as the same payments as their AMLworld form.</summary>
public sealed class IsoReadingTests
{
    private const string Head = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\"><FIToFICstmrCdtTrf><GrpHdr>"
        + "<MsgId>M1</MsgId><CreDtTm>2026-03-02T09:15:30+01:00</CreDtTm><NbOfTxs>1</NbOfTxs></GrpHdr>";

    private const string Payment = "<CdtTrfTxInf><PmtId><EndToEndId>E1</EndToEndId></PmtId><IntrBkSttlmAmt Ccy=\"EUR\">100.50"
        + "</IntrBkSttlmAmt><IntrBkSttlmDt>2026-03-02</IntrBkSttlmDt><ChrgBr>SHAR</ChrgBr><Dbtr><Nm>A</Nm></Dbtr>"
        + "<DbtrAcct><Id><IBAN>"
        + "DE89370400440532013000</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>"
        + "<CdtrAgt><FinInstnId><BICFI>UBSWCHZH80A</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>B</Nm></Cdtr><CdtrAcct><Id><IBAN>"
        + "CH9300762011623852957</IBAN></Id></CdtrAcct></CdtTrfTxInf>";

    private const string Tail = "</FIToFICstmrCdtTrf></Document>";

    private const string Expected =
        "2026-03-02T08:15:30 COBADEFF:DE89370400440532013000 UBSWCHZH80A:CH9300762011623852957 100.50 1 "
            + "100.50 1 Wire Unknown";

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(77)]
    public void Read_Pacs008_SamePaymentsAsCsv(int version)
    {
        (string digest, ReadReport report) = Simulated.Read(
            IsoFile.Pacs008(Simulated.Set.Payments, Simulated.Set.Accounts, version));

        Assert.Equal(Simulated.DigestAsCsv(Simulated.Set.Payments), digest);
        Assert.Equal($"pacs.008.001.{version:D2}", report.Format);
        Assert.Empty(report.Warnings);
    }

    [Fact]
    public void Read_Pacs009InEnvelopes_SamePaymentsAsCsv() => HoldsInOneCurrency(IsoFile.Pacs009);

    [Fact]
    public void Read_Pain001_SamePaymentsAsCsv() =>
        HoldsInOneCurrency((payments, accounts) => IsoFile.Pain001(payments.ToArray(), accounts));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_Statements_SamePaymentsAsCsv(bool isNotification)
    {
        (string digest, _) = Simulated.Read(
            IsoFile.Statements(Simulated.Set.Payments.ToArray(), Simulated.Set.Accounts, isNotification));

        Assert.Equal(Simulated.DigestAsCsv(Simulated.Set.Payments), digest);
    }

    [Fact]
    public void Read_PackedOrInAnotherEncoding_SamePayment()
    {
        string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + Head + Payment + Tail;
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] latin = Encoding.Latin1.GetBytes(
            text.Replace("UTF-8", "ISO-8859-1", StringComparison.Ordinal)
                .Replace("<Nm>A", "<Nm>\u00C4", StringComparison.Ordinal));
        byte[] wide = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text.Replace("UTF-8", "UTF-16", StringComparison.Ordinal))];
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("pacs.xml").Open();
            entry.Write(utf8);
        }

        string digest = Simulated.Read(utf8).Digest;
        foreach (byte[] file in (byte[][])[latin, wide, Sample.Gzip(text), zip.ToArray(), [0xEF, 0xBB, 0xBF, .. utf8]])
        {
            Assert.Equal(digest, Simulated.Read(file).Digest);
        }
    }

    [Fact]
    public void Read_IbanAndBic_InOneForm()
    {
        (string[] rows, ReadReport report) = Simulated.Describe(Head + Payment + Tail);

        Assert.Equal([Expected], rows);
        Assert.Equal(1, report.ZonedRows);
    }

    [Theory]
    [InlineData("DE89370400440532013000", "DE89370400440532013001", "check digits", "DbtrAcct/Id/IBAN")]
    [InlineData("DE89370400440532013000", "DE8937040044053201300", "has 22 characters, not 21", "DbtrAcct/Id/IBAN")]
    [InlineData("DE89370400440532013000", "ZZ89370400440532013000", "no country ZZ", "DbtrAcct/Id/IBAN")]
    [InlineData("COBADEFFXXX", "COBADEF", "a BIC has 8 or 11", "DbtrAgt/FinInstnId/BICFI")]
    [InlineData("<IBAN>CH9300762011623852957</IBAN>", "", "names no account", "CdtrAcct/Id/IBAN")]
    [InlineData("100.50", "100,50", "digits with a decimal point", "IntrBkSttlmAmt")]
    [InlineData("100.50", "-100.50", "digits with a decimal point", "IntrBkSttlmAmt")]
    [InlineData("Ccy=\"EUR\"", "Ccy=\"EURO\"", "currency's three letters", "IntrBkSttlmAmt/@Ccy")]
    [InlineData("Ccy=\"EUR\"", "", "currency's three letters", "IntrBkSttlmAmt/@Ccy")]
    [InlineData("Ccy=\"EUR\"", "Ccy=\"EUX\"", "expected a currency", "@Ccy")]
    [InlineData(
        "</DbtrAcct>", "</DbtrAcct><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>", "stands twice",
        "DbtrAcct/Id/IBAN")]
    public void Read_WrongField_SetAsideWithElementAndReason(string text, string other, string reason, string element)
    {
        string wrong = Payment.Replace(text, other, StringComparison.Ordinal);

        (string[] rows, ReadReport report) = Simulated.Describe(
            Head.Replace(">1<", ">2<", StringComparison.Ordinal) + wrong + Payment + Tail);

        Assert.Equal([Expected], rows);
        RowProblem problem = Assert.Single(report.Problems);
        Assert.Equal((1L, 1, element), (problem.Line, problem.Message, problem.Column));
        Assert.Contains(reason, problem.Reason);
    }

    [Fact]
    public void Read_InstructedInAnotherCurrency_PaidAndReceived()
    {
        string converted = Payment.Replace(
            "<ChrgBr>", "<InstdAmt Ccy=\"USD\">110</InstdAmt><XchgRate>0.9136</XchgRate><ChrgBr>", StringComparison.Ordinal);

        (string[] rows, _) = Simulated.Describe(Head + converted + Tail);

        Assert.Equal([Expected.Replace("100.50 1 Wire", "110 0 Wire", StringComparison.Ordinal)], rows);
    }

    [Theory]
    [InlineData("2026-03-05", "2026-03-05T00:00:00", 1)]
    [InlineData("2026-03-02", "2026-03-02T09:15:30", 0)]
    [InlineData("2026-02-27", "2026-03-02T09:15:30", 0)]
    public void Read_PaymentOrder_IsOfItsExecutionDay(string day, string time, int dayOnly)
    {
        string order = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\"><CstmrCdtTrfInitn><GrpHdr><CreDtTm>"
            + $"2026-03-02T09:15:30</CreDtTm></GrpHdr><PmtInf><PmtMtd>TRF</PmtMtd>"
            + "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>"
            + $"<ReqdExctnDt>{day}</ReqdExctnDt><DbtrAcct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id></DbtrAcct><DbtrAgt>"
            + "<FinInstnId><BIC>COBADEFF</BIC></FinInstnId></DbtrAgt><CdtTrfTxInf><Amt><InstdAmt "
            + "Ccy=\"EUR\">5</InstdAmt></Amt><CdtrAcct>"
            + "<Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>";

        (string[] rows, ReadReport report) = Simulated.Describe(order);

        Assert.Equal([$"{time} COBADEFF:DE89370400440532013000 FR20041:FR1420041010050500013M02606 5 1 5 1 Ach Unknown"], rows);
        Assert.Equal((dayOnly, 1), (report.DayOnlyRows, report.BanksOfIbans));
    }

    [Fact]
    public void Read_StatementEntries_OnlyPaymentsOfTheAccount()
    {
        static string Entry(string direction, string more, string details) =>
            $"<Ntry><Amt Ccy=\"EUR\">90</Amt><CdtDbtInd>{direction}</CdtDbtInd>{more}<BookgDt><Dt>2026-03-02</Dt></BookgDt>"
            + $"<NtryDtls>{details}</NtryDtls></Ntry>";
        static string Details(string party, string bank, string amount = "") =>
            $"<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs>{amount}<RltdPties><{party}Acct><Id><Othr><Id>77</Id></Othr></Id></"
            + $"{party}Acct>"
            + $"</RltdPties><RltdAgts><{party}Agt><FinInstnId><BIC>{bank}</BIC></FinInstnId></{party}Agt></RltdAgts></TxDtls>";
        string text =
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.04\"><BkToCstmrStmt><GrpHdr/><Stmt><Acct><Id><IBAN>"
                + "DE89370400440532013000</IBAN></Id><Svcr><FinInstnId><BICFI>COBADEFF</BICFI></FinInstnId></Svcr></Acct>"
                + Entry("DBIT", "<Sts>BOOK</Sts>", Details("Cdtr", "UBSWCHZH"))
                + Entry("CRDT", "<Sts>BOOK</Sts>", Details("Dbtr", "UBSWCHZH"))
                + Entry("CRDT", "<RvslInd>true</RvslInd><Sts>BOOK</Sts>", Details("Dbtr", "UBSWCHZH"))
                + Entry("DBIT", "<Sts>PDNG</Sts>", Details("Cdtr", "UBSWCHZH"))
                + Entry("DBIT", "<Sts>BOOK</Sts>", "")
                + Entry("CRDT", "<Sts>BOOK</Sts>", Details("Dbtr", "COBADEFF"))
                + Entry(
                    "DBIT", "<Sts>BOOK</Sts>",
                    Details("Cdtr", "UBSWCHZH", "<Amt Ccy=\"EUR\">30</Amt>")
                        + Details("Cdtr", "UBSWCHZH", "<Amt Ccy=\"EUR\">60</Amt>"))
                + Entry("DBIT", "<Sts>BOOK</Sts>", Details("Cdtr", "UBSWCHZH") + Details("Cdtr", "UBSWCHZH"))
                + "</Stmt></BkToCstmrStmt></Document>";

        (string[] rows, ReadReport report) = Simulated.Describe(text);

        const string own = "COBADEFF:DE89370400440532013000", other = "UBSWCHZH:77";
        Assert.Equal(
            [
                $"2026-03-02T00:00:00 {own} {other} 90 1 90 1 Wire Unknown",
                $"2026-03-02T00:00:00 {other} {own} 90 1 90 1 Wire Unknown",
                $"2026-03-02T00:00:00 {own} {other} 30 1 30 1 Wire Unknown",
                $"2026-03-02T00:00:00 {own} {other} 60 1 60 1 Wire Unknown",
            ],
            rows);
        Assert.Equal(
            [(3L, "RvslInd"), (4L, "Sts"), (5L, "RltdPties"), (6L, "Acct/Svcr"), (9L, "TxDtls/Amt"), (10L, "TxDtls/Amt")],
            report.Problems.Select(problem => (problem.Line, problem.Column)));
        Assert.Equal((4L, 2L), (report.NoPayments, report.BadRows));
    }

    [Fact]
    public void Read_StatementOfAnotherBank_SetAside()
    {
        string text = IsoFile.Statements(Simulated.Set.Payments[..50].ToArray(), Simulated.Set.Accounts, isNotification: false);

        (_, ReadReport report) = Simulated.Describe(
            text, new PaymentReadOptions { OwnBank = new BankId("ZZ"), MaxBadRows = 100 });

        Assert.Equal((0L, 50L), (report.Rows, report.BadRows));
        Assert.All(report.Problems, problem => Assert.Contains("not at 'ZZ'", problem.Reason));
    }

    [Fact]
    public void Read_OwnBankWrittenWithItsBranch_IsTheSameBank()
    {
        (string[] rows, _) = Simulated.Describe(
            Head + Payment + Tail, new PaymentReadOptions { OwnBank = new BankId("COBADEFFXXX"), MaxBadRows = 100 });

        Assert.Equal([Expected.Replace("COBADEFF:", "COBADEFFXXX:", StringComparison.Ordinal)], rows);
    }

    [Fact]
    public void Read_OtherMessagesBeside_SetAsideByName()
    {
        const string other = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10\"><FIToFIPmtStsRpt><GrpHdr/>"
            + "</FIToFIPmtStsRpt></Document>";

        (string[] rows, ReadReport report) = Simulated.Describe(other + Head + Payment + Tail);

        Assert.Equal([Expected], rows);
        Assert.Contains("message 1 is pacs.002.001.10", Assert.Single(report.Problems).Reason);
        Assert.Contains("'pacs.002.001.10'", Rejection(other));
    }

    [Theory]
    [InlineData("<Workbook><a/></Workbook>", "without an ISO 20022 Document (its first element is 'Workbook')")]
    [InlineData("<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Document>&b;</Document>", "document type definition")]
    [InlineData("<Document>&boom;</Document>", "entity '&boom;' is not one of XML's five")]
    [InlineData("<Document><a></b></Document>", "does not match 'a'")]
    [InlineData("<html><body/></html>", "HTML page")]
    [InlineData("<?xml version=\"1.0\" encoding=\"EBCDIC-CP-US\"?><Document/>", "'EBCDIC-CP-US', which is not read")]
    public void Open_OtherXml_RejectedByWhatItIs(string text, string reason) => Assert.Contains(reason, Rejection(text));

    [Fact]
    public void Read_NewerVersionThatMovedAnElement_RejectedByVersion()
    {
        string text = (Head + Payment + Tail).Replace("pacs.008.001.08", "pacs.008.001.40", StringComparison.Ordinal)
            .Replace("CdtrAcct>", "CdtrAccount>", StringComparison.Ordinal);

        Assert.Contains("pacs.008 of version 40, newer than those known (13)", Rejection(text));
    }

    [Theory]
    [InlineData(600)]
    [InlineData(70_000)]
    [InlineData(10_000_000)]
    public void Read_EndlessText_Rejected(int length) =>
        Assert.Contains(
            "longer than 512 bytes",
            Rejection((Head + Payment + Tail).Replace("E1", new string('E', length), StringComparison.Ordinal)));

    [Fact]
    public void Read_EndlessTagOrDepth_Rejected()
    {
        Assert.Contains("longer than", Rejection($"<Document a=\"{new string('x', 1_000_000)}\"/>"));
        Assert.Contains("deep", Rejection(string.Concat(Enumerable.Repeat("<a>", 1_000_000))));
        Assert.Contains("attributes", Rejection($"<a {string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"b{i}=\"\""))}/>"));
    }

    [Fact]
    public void Read_CutAnywhere_IsIncompleteOrRejected()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Head + Payment + Tail);
        for (int length = 1; length < whole.Length; length += 7)
        {
            byte[] cut = whole[..length];
            Assert.True(Assert.Throws<PaymentFileException>(() => Simulated.Read(cut)).IsIncomplete || length < 3);
        }
    }

    [Fact]
    public void Read_OtherCountThanSaid_Warns() =>
        Assert.Contains("(NbOfTxs); 2 are there", Assert.Single(
            Simulated.Describe(Head + Payment + Payment + Tail).Report.Warnings, warning => warning.Contains("NbOfTxs")));

    private static string Rejection(string text) =>
        Assert.Throws<PaymentFileException>(() => Simulated.Read(text, new PaymentReadOptions { MaxBadRows = 100 })).Message;

    private static void HoldsInOneCurrency(Writer write)
    {
        Payment[] payments = Simulated.InOneCurrency;
        (string digest, ReadReport report) = Simulated.Read(write(payments, Simulated.Set.Accounts));

        Assert.True(payments.Length > 1000);
        Assert.Equal(Simulated.DigestAsCsv(payments), digest);
        Assert.Equal(payments.Length, report.Rows);
    }

    private delegate string Writer(ReadOnlySpan<Payment> payments, AccountTable accounts);
}
