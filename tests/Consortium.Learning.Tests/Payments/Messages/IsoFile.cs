using System.Globalization;
using System.Text;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>Payments as ISO 20022 messages, as a bank's systems write them.</summary>
internal static class IsoFile
{
    /// <summary>One pacs.008 with all payments.</summary>
    public static string Pacs008(ReadOnlySpan<Payment> payments, AccountTable accounts, int version = 8)
    {
        var text = new StringBuilder();
        text.Append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").Append(
            $"<Document "
            + $"xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.{version:D2}\"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M1</MsgId>"
            + $"<CreDtTm>2022-09-01T08:00:00</CreDtTm><NbOfTxs>{payments.Length}"
            + $"</NbOfTxs><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>"
            + "</GrpHdr>");
        int number = 0;
        foreach (ref readonly Payment payment in payments)
        {
            bool isConverted = payment.PaymentCurrency != payment.ReceivingCurrency
                || payment.AmountPaid != payment.AmountReceived;
            text.Append($"<CdtTrfTxInf><PmtId><InstrId>I{++number}</InstrId><EndToEndId>E{number}")
                .Append($"</EndToEndId><TxId>T{number}</TxId></PmtId>{Kind(payment)}")
                .Append(Amount("IntrBkSttlmAmt", payment.AmountReceived, payment.ReceivingCurrency))
                .Append($"<IntrBkSttlmDt>{payment.Timestamp:yyyy-MM-dd}</IntrBkSttlmDt>")
                .Append($"<AccptncDtTm>{payment.Timestamp:s}</AccptncDtTm>")
                .Append(isConverted ? Amount("InstdAmt", payment.AmountPaid, payment.PaymentCurrency) : "")
                .Append("<ChrgBr>SHAR</ChrgBr><Dbtr><Nm>A. Payer &amp; Sons</Nm><PstlAdr><Ctry>CH</Ctry></PstlAdr></Dbtr>")
                .Append(Account("DbtrAcct", payment.From, accounts)).Append(Bank("DbtrAgt", payment.From, accounts))
                .Append(Bank("CdtrAgt", payment.To, accounts)).Append("<Cdtr><Nm>B. Payee</Nm></Cdtr>")
                .Append(Account("CdtrAcct", payment.To, accounts))
                .Append("<RmtInf><Ustrd>Invoice 4711 of last month</Ustrd></RmtInf></CdtTrfTxInf>");
        }

        return text.Append("</FIToFICstmrCdtTrf></Document>").ToString();
    }

    /// <summary>One pacs.009 for each payment, each in an envelope with a business application header, in one file.</summary>
    public static string Pacs009(ReadOnlySpan<Payment> payments, AccountTable accounts)
    {
        var text = new StringBuilder("<Messages>\n");
        foreach (ref readonly Payment payment in payments)
        {
            text.Append(
                "<s:DataPDU xmlns:s=\"urn:swift:saa:xsd:saa.2.0\"><s:Body><AppHdr "
                    + "xmlns=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\">")
                .Append(
                    "<BizMsgIdr>B1</BizMsgIdr>"
                    + "<MsgDefIdr>pacs.009.001.08</MsgDefIdr><CreDt>2020-01-01T00:00:00Z</CreDt></AppHdr>\n")
                .Append("<p:Document xmlns:p=\"urn:iso:std:iso:20022:tech:xsd:pacs.009.001.08\"><p:FICdtTrf>")
                .Append(Prefixed(
                    string.Create(
                        CultureInfo.InvariantCulture, $"<GrpHdr><MsgId>M</MsgId><CreDtTm>{payment.Timestamp:s}</CreDtTm>")
                    + $"<NbOfTxs>1</NbOfTxs></GrpHdr><CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId></PmtId>{Kind(payment)}"
                    + Amount("IntrBkSttlmAmt", payment.AmountReceived, payment.ReceivingCurrency)
                    + $"<Dbtr>{Bank("", payment.From, accounts)}</Dbtr>{Account("DbtrAcct", payment.From, accounts)}"
                    + $"<Cdtr>{Bank("", payment.To, accounts)}</Cdtr>{Account("CdtrAcct", payment.To, accounts)}</CdtTrfTxInf>"))
                .Append("</p:FICdtTrf></p:Document></s:Body></s:DataPDU>\n");
        }

        return text.Append("</Messages>").ToString();
    }

    /// <summary>One pain.001 with a payment order for each debtor and time, each with that debtor's payments.</summary>
    public static string Pain001(Payment[] payments, AccountTable accounts)
    {
        var text = new StringBuilder();
        foreach (IGrouping<DateTime, Payment> made in payments.GroupBy(payment => payment.Timestamp))
        {
            text.Append(
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<!-- a file of several messages -->\r\n")
                .Append("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\r\n<CstmrCdtTrfInitn>\r\n<GrpHdr>")
                .Append($"<MsgId>M</MsgId><CreDtTm>{made.Key:s}</CreDtTm></GrpHdr>");
            foreach (IGrouping<(AccountId From, PaymentFormat Kind), Payment> order in made.GroupBy(
                one => (one.From, one.PaymentFormat)))
            {
                text.Append($"\r\n<PmtInf><PmtInfId>P</PmtInfId><PmtMtd>TRF</PmtMtd>{Kind(order.First())}")
                    .Append($"<ReqdExctnDt><Dt>{made.Key:yyyy-MM-dd}</Dt></ReqdExctnDt><Dbtr><Nm>X</Nm></Dbtr>")
                    .Append(Account("DbtrAcct", order.Key.From, accounts)).Append(Bank("DbtrAgt", order.Key.From, accounts));
                foreach (Payment payment in order)
                {
                    text.Append("<CdtTrfTxInf><PmtId><EndToEndId>NOTPROVIDED</EndToEndId></PmtId><Amt>")
                        .Append(Amount("InstdAmt", payment.AmountPaid, payment.PaymentCurrency)).Append("</Amt>")
                        .Append(Bank("CdtrAgt", payment.To, accounts)).Append(Account("CdtrAcct", payment.To, accounts))
                        .Append("</CdtTrfTxInf>");
                }

                text.Append("</PmtInf>");
            }

            text.Append("</CstmrCdtTrfInitn></Document>\r\n");
        }

        return text.ToString();
    }

    /// <summary>A camt.053 or camt.054 with a statement of each payer's account.</summary>
    public static string Statements(Payment[] payments, AccountTable accounts, bool isNotification)
    {
        string root = isNotification ? "BkToCstmrDbtCdtNtfctn" : "BkToCstmrStmt", statement = isNotification ? "Ntfctn" : "Stmt";
        string kind = isNotification ? "camt.054" : "camt.053";
        var text = new StringBuilder(
            $"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{kind}.001.08\"><{root}><GrpHdr><MsgId>M</MsgId></GrpHdr>");
        foreach (IGrouping<AccountId, Payment> account in payments.GroupBy(payment => payment.From))
        {
            string own = Account("Acct", account.Key, accounts).Replace(
                "</Acct>", Bank("Svcr", account.Key, accounts) + "</Acct>", StringComparison.Ordinal);
            text.Append($"<{statement}><Id>S</Id>{own}");
            foreach (Payment payment in account)
            {
                text.Append("<Ntry>").Append(Amount("Amt", payment.AmountPaid, payment.PaymentCurrency))
                    .Append("<CdtDbtInd>DBIT</CdtDbtInd><RvslInd>false</RvslInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>")
                    .Append($"{payment.Timestamp:s}</DtTm></BookgDt><BkTxCd><Prtry><Cd>")
                    .Append($"{PaymentFormats.NameOf(payment.PaymentFormat)}</Cd></Prtry></BkTxCd>")
                    .Append("<NtryDtls><TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><AmtDtls>")
                    .Append($"<TxAmt>{Amount("Amt", payment.AmountReceived, payment.ReceivingCurrency)}</TxAmt>")
                    .Append("</AmtDtls><RltdPties>").Append(Account("CdtrAcct", payment.To, accounts))
                    .Append("</RltdPties><RltdAgts>").Append(Bank("CdtrAgt", payment.To, accounts))
                    .Append("</RltdAgts></TxDtls></NtryDtls></Ntry>");
            }

            text.Append($"</{statement}>");
        }

        return text.Append($"</{root}></Document>").ToString();
    }

    private static string Kind(in Payment payment) =>
        $"<PmtTpInf><LclInstrm><Prtry>{PaymentFormats.NameOf(payment.PaymentFormat)}</Prtry></LclInstrm></PmtTpInf>";

    private static string Amount(string element, decimal amount, Currency currency) => string.Create(
        CultureInfo.InvariantCulture, $"<{element} Ccy=\"{Currencies.CodeOf(currency)}\">{amount}</{element}>");

    private static string Account(string element, AccountId account, AccountTable accounts) =>
        $"<{element}><Id><Othr><Id>{accounts.NumberOf(account)}</Id></Othr></Id></{element}>";

    private static string Bank(string element, AccountId account, AccountTable accounts)
    {
        string bank = "<FinInstnId><ClrSysMmbId><MmbId>" + accounts.BankOf(account).Value + "</MmbId></ClrSysMmbId></FinInstnId>";
        return element.Length == 0 ? bank : $"<{element}>{bank}</{element}>";
    }

    /// <summary>The same elements with the prefix <c>p</c>.</summary>
    private static string Prefixed(string xml) =>
        xml.Replace("</", "\u0001", StringComparison.Ordinal).Replace("<", "<p:", StringComparison.Ordinal)
            .Replace("\u0001", "</p:", StringComparison.Ordinal);
}
