using Consortium.Participant.Data;

namespace Consortium.Participant.Tests.Data;

public sealed class AlertListTests
{
    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a;=1", "\"a;=1\"")]
    [InlineData("8000ABC", "8000ABC")]
    public void ToCsv_NamesThatASpreadsheetWouldCompute_AreTextInEveryColumn(string name, string cell)
    {
        var alert = new Alert(
            1, 0.5, new DateTime(2026, 3, 1, 12, 30, 0), name, name, name, name, 12.5m, "US Dollar", "Wire", [name])
        {
            Id = "4f1c0a9be2d07713",
        };

        string line = AlertList.ToCsv([alert]).Split('\n')[1];

        Assert.Equal(
            $"1,0.500000,2026/03/01 12:30,{cell},{cell},{cell},{cell},12.5,US Dollar,Wire,4f1c0a9be2d07713,{cell}", line);
    }
}
