using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

public sealed class SeededRandomTests
{
    [Fact]
    public void Normal_ManyDraws_HasTheNormalsMoments()
    {
        var random = new SeededRandom(11);
        double sum = 0, squares = 0, fourth = 0;
        const int count = 400_000;
        for (int i = 0; i < count; i++)
        {
            double x = random.Normal();
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
        }

        Assert.InRange(sum / count, -0.01, 0.01);
        Assert.InRange(squares / count, 0.99, 1.01);
        Assert.InRange(fourth / count, 2.9, 3.1);
    }

    [Fact]
    public void Below_ManyDraws_IsUniform()
    {
        var random = new SeededRandom(12);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.Below(7)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void ExactMath_AcrossItsRange_AgreesWithThePlatform()
    {
        var random = new SeededRandom(13);
        for (int i = 0; i < 100_000; i++)
        {
            double x = 60 * random.Uniform() - 30;
            Assert.InRange(ExactMath.Exp(x) / Math.Exp(x), 1 - 1e-13, 1 + 1e-13);
            double y = Math.Exp(x);
            Assert.InRange(ExactMath.Log(y) - Math.Log(y), -1e-13, 1e-13);
        }
    }
}
