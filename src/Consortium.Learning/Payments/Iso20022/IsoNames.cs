namespace Consortium.Learning.Payments.Iso20022;

/// <summary>What fields are called in messages.</summary>
internal static class IsoNames
{
    private static readonly string[] Names =
    [
        "GrpHdr/MsgId", "GrpHdr/NbOfTxs", "GrpHdr/CreDtTm", "IntrBkSttlmDt", "AccptncDtTm", "ReqdExctnDt", "ReqdExctnDt/DtTm",
        "BookgDt/Dt", "BookgDt/DtTm", "RltdDts/TxDtTm",
        "UETR", "TxId", "EndToEndId", "InstrId", "AcctSvcrRef",
        "IntrBkSttlmAmt", "IntrBkSttlmAmt/@Ccy", "InstdAmt", "InstdAmt/@Ccy", "EqvtAmt", "Ntry/Amt", "Ntry/Amt/@Ccy",
        "TxDtls/Amt",
        "TxDtls/Amt/@Ccy", "TxAmt", "TxAmt/@Ccy",
        .. BanksOf("DbtrAgt"), "DbtrAcct/Id/IBAN", "DbtrAcct/Id/Othr/Id", .. BanksOf("Dbtr"),
        .. BanksOf("CdtrAgt"), "CdtrAcct/Id/IBAN", "CdtrAcct/Id/Othr/Id", .. BanksOf("Cdtr"),
        .. BanksOf("Acct/Svcr"), "Acct/Id/IBAN", "Acct/Id/Othr/Id",
        "CdtDbtInd", "TxDtls/CdtDbtInd", "RvslInd", "Sts", "PmtMtd", "SvcLvl/Cd", "LclInstrm", "ClrChanl", "BkTxCd/Domn/Fmly/Cd",
        "BkTxCd/Domn/Fmly/SubFmlyCd",
    ];

    public static string Of(IsoField field) => Names[(int)field];

    /// <summary>The element whose text a column is, of a message about a transfer.</summary>
    public static string Of(PaymentColumn column) => column switch
    {
        PaymentColumn.Timestamp => "the time",
        PaymentColumn.FromBank => "the sender's bank",
        PaymentColumn.FromAccount => "the sender's account",
        PaymentColumn.ToBank => "the receiver's bank",
        PaymentColumn.ToAccount => "the receiver's account",
        PaymentColumn.ReceivingCurrency or PaymentColumn.PaymentCurrency => "@Ccy",
        PaymentColumn.AmountReceived or PaymentColumn.AmountPaid => "the amount",
        _ => PaymentColumns.NameOf(column),
    };

    public static bool IsBic(IsoField field) =>
        field is IsoField.DebtorBic or IsoField.DebtorInstitutionBic or IsoField.CreditorBic
            or IsoField.CreditorInstitutionBic or IsoField.OwnBic;

    private static string[] BanksOf(string party) =>
        [$"{party}/FinInstnId/BICFI", $"{party}/FinInstnId/ClrSysMmbId/MmbId", $"{party}/FinInstnId/Othr/Id"];
}
