using Consortium.Learning.Features;
using CsCheck;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class LogarithmTests
{
    [Fact]
    public void Base2_AnyAmount_IsThePlatformsLogarithm() =>
        Gen.Double[-3, 60].Select(exponent => Math.Pow(2, exponent)).Sample(
            value => Assert.Equal(Math.Log2(value), Logarithm.Base2(value), 1e-11));

    [Fact]
    public void Base2_PowersOfTwo_AreExact()
    {
        for (int power = 0; power < 80; power++)
        {
            Assert.Equal(power, Logarithm.Base2(Math.ScaleB(1, power)));
        }
    }
}
