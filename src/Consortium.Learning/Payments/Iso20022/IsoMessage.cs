namespace Consortium.Learning.Payments.Iso20022;

/// <summary>The kinds of message that are read, each with the elements that count.</summary>
internal sealed class IsoMessage
{
    public static readonly IsoMessage CustomerTransfer = new(
        "pacs.008", 13, Transfers("FIToFICstmrCdtTrf", isInstitution: false));

    public static readonly IsoMessage InstitutionTransfer =
        new("pacs.009", 12, Transfers("FICdtTrf", isInstitution: true), Transfers("FinInstnCdtTrf", isInstitution: true));

    public static readonly IsoMessage Initiation = new("pain.001", 12, Initiations());

    public static readonly IsoMessage Statement = new("camt.053", 13, Statements("BkToCstmrStmt", "Stmt"));

    public static readonly IsoMessage Notification = new("camt.054", 13, Statements("BkToCstmrDbtCdtNtfctn", "Ntfctn"));

    private IsoMessage(string name, int newestVersion, params IsoElement[] roots) =>
        (Name, NewestVersion, Roots) = (name, newestVersion, roots);

    public static IReadOnlyList<IsoMessage> All { get; } =
        [CustomerTransfer, InstitutionTransfer, Initiation, Statement, Notification];

    /// <summary>Such as <c>pacs.008</c>.</summary>
    public string Name { get; }

    /// <summary>The newest version that the elements were written for. Newer ones are read as long as they are there.</summary>
    public int NewestVersion { get; }

    /// <summary>What stands in <c>Document</c>; it had two names over the years in one case.</summary>
    public IReadOnlyList<IsoElement> Roots { get; }

    public bool IsStatement => this == Statement || this == Notification;

    private static IsoElement Transfers(string name, bool isInstitution)
    {
        var root = new IsoElement(name);
        root.Add("GrpHdr/MsgId", IsoField.MessageId);
        root.Add("GrpHdr/NbOfTxs", IsoField.PaymentCount);
        root.Add("GrpHdr/CreDtTm", IsoField.CreationTime);
        root.Add("GrpHdr/IntrBkSttlmDt", IsoField.SettlementDate);
        AddKind(root.Add("GrpHdr/PmtTpInf"));
        IsoElement payment = root.Add("CdtTrfTxInf");
        payment.IsScope = payment.IsPayment = true;
        AddIds(payment.Add("PmtId"));
        AddKind(payment.Add("PmtTpInf"));
        payment.Add("IntrBkSttlmAmt", IsoField.SettlementAmount, IsoField.SettlementCurrency);
        payment.Add("IntrBkSttlmDt", IsoField.SettlementDate);
        payment.Add("AccptncDtTm", IsoField.AcceptanceTime);
        payment.Add("InstdAmt", IsoField.InstructedAmount, IsoField.InstructedCurrency);
        AddParties(payment);
        if (isInstitution)
        {
            AddBank(payment.Add("Dbtr/FinInstnId"), IsoField.DebtorInstitutionBic);
            AddBank(payment.Add("Cdtr/FinInstnId"), IsoField.CreditorInstitutionBic);
        }

        return root;
    }

    private static IsoElement Initiations()
    {
        var root = new IsoElement("CstmrCdtTrfInitn");
        root.Add("GrpHdr/MsgId", IsoField.MessageId);
        root.Add("GrpHdr/NbOfTxs", IsoField.PaymentCount);
        root.Add("GrpHdr/CreDtTm", IsoField.CreationTime);
        IsoElement instruction = root.Add("PmtInf");
        instruction.IsScope = true;
        instruction.Add("PmtMtd", IsoField.Method);
        AddKind(instruction.Add("PmtTpInf"));
        instruction.Add("ReqdExctnDt", IsoField.ExecutionDate); // a date itself in earlier versions, a choice in later ones
        instruction.Add("ReqdExctnDt/Dt", IsoField.ExecutionDate);
        instruction.Add("ReqdExctnDt/DtTm", IsoField.ExecutionTime);
        AddAccount(instruction.Add("DbtrAcct/Id"), IsoField.DebtorIban);
        AddBank(instruction.Add("DbtrAgt/FinInstnId"), IsoField.DebtorBic);
        IsoElement payment = instruction.Add("CdtTrfTxInf");
        payment.IsScope = payment.IsPayment = true;
        AddIds(payment.Add("PmtId"));
        AddKind(payment.Add("PmtTpInf"));
        payment.Add("Amt/InstdAmt", IsoField.InstructedAmount, IsoField.InstructedCurrency);
        payment.Add("Amt/EqvtAmt/Amt", IsoField.EquivalentAmount);
        AddBank(payment.Add("CdtrAgt/FinInstnId"), IsoField.CreditorBic);
        AddAccount(payment.Add("CdtrAcct/Id"), IsoField.CreditorIban);
        return root;
    }

    private static IsoElement Statements(string name, string statementName)
    {
        var root = new IsoElement(name);
        root.Add("GrpHdr/MsgId", IsoField.MessageId);
        root.Add("GrpHdr/CreDtTm", IsoField.CreationTime);
        IsoElement statement = root.Add(statementName);
        statement.IsScope = true;
        AddAccount(statement.Add("Acct/Id"), IsoField.OwnIban);
        AddBank(statement.Add("Acct/Svcr/FinInstnId"), IsoField.OwnBic);
        IsoElement entry = statement.Add("Ntry");
        entry.IsScope = entry.IsEntry = true;
        entry.Add("Amt", IsoField.EntryAmount, IsoField.EntryCurrency);
        entry.Add("CdtDbtInd", IsoField.Direction);
        entry.Add("RvslInd", IsoField.Reversal);
        entry.Add("Sts", IsoField.Status); // a code itself in earlier versions, a choice in later ones
        entry.Add("Sts/Cd", IsoField.Status);
        entry.Add("BookgDt/Dt", IsoField.BookingDate);
        entry.Add("BookgDt/DtTm", IsoField.BookingTime);
        entry.Add("AcctSvcrRef", IsoField.ServicerReference);
        AddCode(entry.Add("BkTxCd"));
        AddAmounts(entry.Add("AmtDtls"));
        IsoElement details = entry.Add("NtryDtls/TxDtls");
        details.IsScope = details.IsPayment = true;
        AddIds(details.Add("Refs"));
        details.Add("Refs/AcctSvcrRef", IsoField.ServicerReference);
        details.Add("Amt", IsoField.DetailAmount, IsoField.DetailCurrency);
        details.Add("CdtDbtInd", IsoField.DetailDirection);
        AddAmounts(details.Add("AmtDtls"));
        AddCode(details.Add("BkTxCd"));
        AddAccount(details.Add("RltdPties/DbtrAcct/Id"), IsoField.DebtorIban);
        AddAccount(details.Add("RltdPties/CdtrAcct/Id"), IsoField.CreditorIban);
        AddBank(details.Add("RltdAgts/DbtrAgt/FinInstnId"), IsoField.DebtorBic);
        AddBank(details.Add("RltdAgts/CdtrAgt/FinInstnId"), IsoField.CreditorBic);
        details.Add("RltdDts/AccptncDtTm", IsoField.AcceptanceTime);
        details.Add("RltdDts/TxDtTm", IsoField.TransactionTime);
        return root;
    }

    private static void AddParties(IsoElement payment)
    {
        AddAccount(payment.Add("DbtrAcct/Id"), IsoField.DebtorIban);
        AddAccount(payment.Add("CdtrAcct/Id"), IsoField.CreditorIban);
        AddBank(payment.Add("DbtrAgt/FinInstnId"), IsoField.DebtorBic);
        AddBank(payment.Add("CdtrAgt/FinInstnId"), IsoField.CreditorBic);
    }

    private static void AddIds(IsoElement ids)
    {
        ids.Add("InstrId", IsoField.InstructionId);
        ids.Add("EndToEndId", IsoField.EndToEndId);
        ids.Add("TxId", IsoField.TransactionId);
        ids.Add("UETR", IsoField.Uetr);
    }

    private static void AddKind(IsoElement kind)
    {
        kind.Add("SvcLvl/Cd", IsoField.ServiceLevel, mayRepeat: true);
        kind.Add("LclInstrm/Cd", IsoField.Instrument, mayRepeat: true);
        kind.Add("LclInstrm/Prtry", IsoField.Instrument, mayRepeat: true);
        kind.Add("ClrChanl", IsoField.Channel, mayRepeat: true);
    }

    private static void AddCode(IsoElement code)
    {
        code.Add("Domn/Fmly/Cd", IsoField.Family);
        code.Add("Domn/Fmly/SubFmlyCd", IsoField.SubFamily);
        code.Add("Prtry/Cd", IsoField.Instrument, mayRepeat: true);
    }

    private static void AddAmounts(IsoElement amounts)
    {
        amounts.Add("InstdAmt/Amt", IsoField.InstructedAmount, IsoField.InstructedCurrency);
        amounts.Add("TxAmt/Amt", IsoField.TransferAmount, IsoField.TransferCurrency);
    }

    private static void AddAccount(IsoElement id, IsoField iban)
    {
        id.Add("IBAN", iban);
        id.Add("Othr/Id", iban + 1);
    }

    private static void AddBank(IsoElement institution, IsoField bic)
    {
        institution.Add("BIC", bic);
        institution.Add("BICFI", bic);
        institution.Add("ClrSysMmbId/MmbId", bic + 1);
        institution.Add("CmbndId/BIC", bic);
        institution.Add("CmbndId/ClrSysMmbId/MmbId", bic + 1);
        institution.Add("Othr/Id", bic + 2);
        institution.Add("PrtryId/Id", bic + 2);
    }
}
