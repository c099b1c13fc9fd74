using System.Globalization;
using System.Text;
using System.Xml;

namespace Consortium.Participant.Data;

/// <summary>
/// A draft of a suspicious transaction report in the elements of goAML, the form that many financial intelligence units take.
/// </summary>
/// <remarks>
/// It has what a payment tells. Names, addresses, the reporting entity and the grounds are the analyst's to complete, and each
/// unit has its own rules, so the draft says that it is one. This project's README lists the elements.
/// </remarks>
public static class GoamlDraft
{
    /// <summary>What stands where a person has to write.</summary>
    public const string ToComplete = "TO COMPLETE";

    private const string Banner =
        " DRAFT made from alerts of a model. It is not a report: complete and check every field before anything is filed. ";

    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        CheckCharacters = true,
        CloseOutput = false,
    };

    /// <summary>Writes one report with a transaction for each alert.</summary>
    /// <param name="stream">Stays open.</param>
    /// <param name="reference">The bank's own reference of the report.</param>
    /// <param name="day">The day of the draft.</param>
    /// <param name="alerts">What the report is about.</param>
    /// <param name="bank">The reporting bank's code, to tell whose account is a customer's.</param>
    public static void Write(Stream stream, string reference, DateOnly day, IEnumerable<Alert> alerts, string bank)
    {
        using XmlWriter xml = XmlWriter.Create(stream, Settings);
        xml.WriteStartDocument();
        xml.WriteComment(Banner);
        xml.WriteStartElement("report");
        Element(xml, "rentity_id", ToComplete);
        Element(xml, "submission_code", "E");
        Element(xml, "report_code", "STR");
        Element(xml, "entity_reference", reference);
        Element(xml, "submission_date", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00");
        Element(xml, "currency_code_local", ToComplete);
        xml.WriteStartElement("reporting_person");
        Element(xml, "first_name", ToComplete);
        Element(xml, "last_name", ToComplete);
        xml.WriteEndElement();
        Element(xml, "reason", ToComplete);
        Element(xml, "action", ToComplete);
        foreach (Alert alert in alerts)
        {
            Transaction(xml, alert, bank);
        }

        xml.WriteStartElement("report_indicators");
        Element(xml, "indicator", ToComplete);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    private static void Transaction(XmlWriter xml, Alert alert, string bank)
    {
        xml.WriteStartElement("transaction");
        Element(xml, "transactionnumber", alert.Id);
        Element(
            xml, "transaction_description",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Alerted with probability {alert.Probability:F4}: {string.Join("; ", alert.Reasons)}"));
        Element(xml, "date_transaction", alert.Timestamp.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Element(xml, "transmode_code", ToComplete);
        Element(xml, "transmode_comment", alert.Format);
        Element(xml, "amount_local", ToComplete);
        Side(xml, "from", alert.FromBank == bank, alert.FromBank, alert.FromAccount, alert);
        Side(xml, "to", alert.ToBank == bank, alert.ToBank, alert.ToAccount, alert);
        xml.WriteEndElement();
    }

    private static void Side(XmlWriter xml, string side, bool isCustomer, string bank, string account, Alert alert)
    {
        xml.WriteStartElement(isCustomer ? $"t_{side}_my_client" : $"t_{side}");
        Element(xml, $"{side}_funds_code", ToComplete);
        xml.WriteStartElement($"{side}_foreign_currency");
        Element(xml, "foreign_currency_code", alert.Currency);
        Element(xml, "foreign_amount", alert.Amount.ToString(CultureInfo.InvariantCulture));
        Element(xml, "foreign_exchange_rate", ToComplete);
        xml.WriteEndElement();
        xml.WriteStartElement($"{side}_account");
        Element(xml, "institution_name", ToComplete);
        Element(xml, "institution_code", bank);
        Element(xml, "account", account);
        Element(xml, "currency_code", alert.Currency);
        xml.WriteEndElement();
        Element(xml, $"{side}_country", ToComplete);
        xml.WriteEndElement();
    }

    /// <summary>Signs that XML does not allow are written as question marks; the writer escapes the others.</summary>
    private static void Element(XmlWriter xml, string name, string text) => xml.WriteElementString(
        name, text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.Select(one => XmlConvert.IsXmlChar(one) ? one : '?')));
}
