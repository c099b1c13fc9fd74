using System.Security.Cryptography;
using System.Text;
using Consortium.Learning.Binning;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments;

/// <summary>The currency list grows at its end only, and what was made with a shorter one stays valid.</summary>
public sealed class CurrenciesTests
{
    [Theory]
    [InlineData("US Dollar", 0)]
    [InlineData("xbt", 14)]
    [InlineData("BTC", 14)]
    [InlineData("RMB", 2)]
    [InlineData("AED", 15)]
    [InlineData("ZWG", 156)]
    [InlineData("DEM", 157)]
    [InlineData("840", 0)]
    [InlineData("978", 1)]
    [InlineData("036", 8)] // Australian Dollar
    [InlineData("36", 8)] // without the zero that a data frame took
    [InlineData("8", 17)] // 008, ALL
    [InlineData("\u20AC", 1)]
    [InlineData("\u00A3", 6)]
    [InlineData("US$", 0)]
    public void TryParse_AnyForm_ItsPlaceForGood(string text, int code)
    {
        Assert.True(Currencies.TryParse(text, out Currency currency));
        Assert.Equal(code, currency.Code);
    }

    [Theory]
    [InlineData("CNH")]
    [InlineData("GGP")]
    [InlineData("ITL")]
    [InlineData("XDR")]
    [InlineData("HRK")]
    public void TryParse_HistoricOrUnofficial_ACurrencyOfItsOwn(string text)
    {
        Assert.True(Currencies.TryParse(text, out Currency currency));
        Assert.Equal(text, Currencies.NameOf(currency));
        Assert.True(currency.Code >= Currencies.FirstVersionCount);
    }

    [Theory]
    [InlineData("$")]
    [InlineData("GBp")] // pence
    [InlineData("\u00A5")] // yen and yuan
    [InlineData("kr")]
    [InlineData("532")] // two currencies have had it
    [InlineData("0840")]
    [InlineData("000")]
    [InlineData("840.0")]
    public void TryParse_SignOrNumberOfNoneOrSeveral_False(string text) => Assert.False(Currencies.TryParse(text, out _));

    [Fact]
    public void List_FirstVersion_NeverChanges()
    {
        string first = string.Join(
            ' ', Enumerable.Range(0, Currencies.FirstVersionCount).Select(code => Currencies.CodeOf(new Currency((byte)code))));

        Assert.Equal(
            "397768817b2cd8b0", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(first)))[..16]);
        Assert.InRange(Currencies.Count, Currencies.FirstVersionCount, byte.MaxValue + 1);
    }

    /// <summary>Bins that followed the list's length would give each release of the list other models.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(255)]
    public void Bins_OfCurrencies_AreThoseOfTheFirstVersion(int bins)
    {
        BinEdges edges = PublicEdges.Of(FeatureUnit.Currency, bins);

        Assert.True(edges.UpperEdges[^1] < Currencies.FirstVersionCount);
    }
}
