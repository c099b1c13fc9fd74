using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;
using Consortium.Learning.Payments.Outcomes;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>One small file of each format, which documents show, and what is read of it.</summary>
public sealed class ExampleFilesTests
{
    private const string Own = "COBADEFF:DE89370400440532013000";
    private const string Dutch = "ABNANL2A:NL91ABNA0417164300";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Payments", "Files");

    [Theory]
    [InlineData("pacs008.xml", "pacs.008.001.08", 0,
        $"2026-03-02T09:15:30 {Own} UBSWCHZH80A:CH9300762011623852957 1250.00 1 1250.00 1 Ach Unknown",
        $"2026-03-02T09:10:00 {Own} 021000021:1234567890 540.00 0 500.00 1 Ach Unknown")]
    [InlineData("pacs009.xml", "pacs.009.001.08", 0,
        "2026-03-02T10:00:00 COBADEFF:COBADEFF UBSWCHZH80A:NOSTRO-1 1000000 9 1000000 9 Wire Unknown")]
    [InlineData("pain001.xml", "pain.001.001.09", 0,
        $"2026-03-02T11:00:00 {Own} {Dutch} 10.10 1 10.10 1 Ach Unknown",
        $"2026-03-02T11:00:00 {Own} FR20041:FR1420041010050500013M02606 20.20 1 20.20 1 Ach Unknown")]
    [InlineData("camt053.xml", "camt.053.001.08", 1,
        $"2026-03-02T12:00:00 {Own} {Dutch} 10.10 1 10.10 1 Ach Unknown",
        $"2026-03-02T12:00:00 {Own} PSSTFRPP:FR1420041010050500013M02606 20.20 1 20.20 1 Ach Unknown")]
    [InlineData("camt054.xml", "camt.054.001.08", 1,
        $"2026-03-02T12:00:00 {Own} {Dutch} 10.10 1 10.10 1 Ach Unknown",
        $"2026-03-02T12:00:00 {Own} PSSTFRPP:FR1420041010050500013M02606 20.20 1 20.20 1 Ach Unknown")]
    [InlineData("mt103.fin", "MT103", 0,
        $"2026-03-02T09:15:00 {Own} UBSWCHZH80A:CH9300762011623852957 1234.50 1 1300 0 Wire Unknown")]
    [InlineData("mt940.sta", "MT940", 1,
        "2026-03-02T00:00:00 COBADEFF:0532013000 UBSWCHZH:CH9300762011623852957 90.00 1 90.00 1 Ach Unknown",
        $"2026-03-02T00:00:00 {Dutch} COBADEFF:0532013000 12.34 1 12.34 1 Ach Unknown")]
    [InlineData("export.csv", "csv, semicolon-separated, mapped", 0,
        $"2026-03-02T09:15:00 {Own} UBSWCHZH:CH9300762011623852957 1234.50 1 1234.50 1 Wire Laundering",
        $"2026-03-02T09:16:00 {Own} {Dutch} 10.10 1 10.10 1 Wire Unknown")]
    public void Read_Example_ItsPayments(string name, string format, int setAside, params string[] rows)
    {
        using var reader = PaymentReader.Open(Path.Combine(Folder, name), new PaymentReadOptions
        {
            Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich"),
            Mapping = MappingText.Read(Path.Combine(Folder, "mapping.json")),
        });

        Assert.Equal(rows, reader.Rows().Select(row => Sample.Describe(row, reader.Accounts)));
        Assert.Equal((format, setAside), (reader.Report.Format, reader.Report.SetAside));
        Assert.Null(PaymentFolder.ReasonToSkip(name));
        Assert.Null(UnfinishedFile.WhatIsUnfinished(Path.Combine(Folder, name)));
    }

    [Fact]
    public void Read_ExampleOfOutcomes_BothIdentifiers()
    {
        OutcomeFile outcomes = OutcomeFile.Read(Path.Combine(Folder, "outcomes.csv"), new DateTime(2027, 1, 1));

        Assert.Equal(
            [(false, PaymentReference.Of("P-2"), Label.Legitimate), (true, 0x4f1c0a9be2d07713UL, Label.Laundering)],
            outcomes.All.Select(outcome => (outcome.IsAlert, outcome.Key, outcome.Label)));
        Assert.Equal(0, outcomes.Report.SetAside);
    }
}
