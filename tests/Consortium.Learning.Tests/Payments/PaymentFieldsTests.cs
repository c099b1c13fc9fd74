using System.Globalization;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

public sealed class PaymentFieldsTests
{
    [Fact]
    public void TryAmount_AnyDecimalOfUpTo28Digits_IsExactWithItsPlaces() => Gen.Decimal.Sample(value =>
    {
        decimal expected = Math.Abs(value);
        string text = expected.ToString(CultureInfo.InvariantCulture);
        if (text.Count(char.IsDigit) <= 28)
        {
            Assert.True(PaymentFields.TryAmount(text, out decimal amount));
            Assert.Equal(text, amount.ToString(CultureInfo.InvariantCulture));
        }
    });

    [Theory]
    [InlineData("0", "0")]
    [InlineData("1057.50", "1057.50")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("999999999999999999", "999999999999999999")]
    [InlineData("1E-06", "0.000001")]
    [InlineData("1.5e3", "1500")]
    [InlineData("-2", "-2")]
    public void TryAmount_KnownTexts_TheirValues(string text, string value)
    {
        Assert.True(PaymentFields.TryAmount(text, out decimal amount));
        Assert.Equal(value, amount.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void TryTimestamp_AnyMinute_RoundTrips() => Gen.DateTime.Sample(time =>
    {
        Assert.True(
            PaymentFields.TryTimestamp(time.ToString("yyyy/MM/dd HH:mm:ss", CultureInfo.InvariantCulture), out DateTime second));
        Assert.Equal(new DateTime(time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second), second);
        Assert.True(
            PaymentFields.TryTimestamp(time.ToString("yyyy/MM/dd HH:mm", CultureInfo.InvariantCulture), out DateTime minute));
        Assert.Equal(new DateTime(time.Year, time.Month, time.Day, time.Hour, time.Minute, 0), minute);
    });

    [Fact]
    public void TryTimestamp_AnyText_AgreesWithTheFramework() => Gen.String[Gen.Char["0123456789/: "], 16, 16].Sample(text =>
        Assert.Equal(
            DateTime.TryParseExact(text, "yyyy/MM/dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            PaymentFields.TryTimestamp(text, out _)));

    [Fact]
    public void Currencies_EveryOne_IsFoundByItsName()
    {
        for (int code = 0; code < Currencies.Count; code++)
        {
            var currency = new Currency((byte)code);
            Assert.True(Currencies.TryParse(Currencies.NameOf(currency), out Currency found));
            Assert.Equal(currency, found);
        }
    }

    [Fact]
    public void PaymentFormats_EveryOne_IsFoundByItsName() =>
        Assert.All(
            Enum.GetValues<PaymentFormat>(), format => Assert.Equal(format, PaymentFormats.Parse(PaymentFormats.NameOf(format))));
}
