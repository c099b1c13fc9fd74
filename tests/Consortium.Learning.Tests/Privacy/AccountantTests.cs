using Consortium.Privacy;

namespace Consortium.Learning.Tests.Privacy;

public sealed class AccountantTests
{
    /// <summary>
    /// What the paper's authors' own algorithm gives, which bisects the derivative by the order where ours searches the least
    /// value; computed in Python.
    /// </summary>
    [Theory]
    [InlineData(2.56, 1e-10, 17.158309)]
    [InlineData(0.07, 1e-10, 2.387275)]
    [InlineData(1, 1e-6, 7.766217)]
    [InlineData(0.1, 1e-6, 2.141938)]
    public void Epsilon_OfThePublishedAlgorithm_IsTheSame(double rho, double delta, double epsilon) =>
        Assert.Equal(1, ZeroConcentrated.Epsilon(rho, delta) / epsilon, 1e-5);

    [Theory]
    [InlineData(0.5, 1e-6)]
    [InlineData(2, 1e-6)]
    [InlineData(8, 1e-6)]
    [InlineData(16, 1e-10)]
    public void Rho_OfAnEpsilon_ConvertsBack(double epsilon, double delta)
    {
        double rho = ZeroConcentrated.Rho(epsilon, delta);

        Assert.Equal(epsilon, ZeroConcentrated.Epsilon(rho, delta), 1e-6);
        Assert.Equal(1, ZeroConcentrated.Delta(rho, epsilon) / delta, 1e-4);
    }

    /// <summary>
    /// The exact delta of one Gaussian release (Balle and Wang, ICML 2018, theorem 8) is never above what the conversion says,
    /// and not far below: the conversion holds for every mechanism of that rho.
    /// </summary>
    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Delta_OfOneGaussian_CoversTheExactOne(double rho)
    {
        double mu = Math.Sqrt(2 * rho);
        for (double epsilon = 0.25; epsilon < 8; epsilon *= 1.5)
        {
            double exact = Normal((mu / 2) - (epsilon / mu)) - (Math.Exp(epsilon) * Normal((-mu / 2) - (epsilon / mu)));
            double said = ZeroConcentrated.Delta(rho, epsilon);
            Assert.True(exact <= said * (1 + 1e-9), $"{epsilon}: {exact} > {said}");
            if (exact is > 1e-12 and < 1e-3)
            {
                Assert.True(ZeroConcentrated.Epsilon(rho, exact) < 1.6 * epsilon + 0.5, $"{epsilon}");
            }
        }
    }

    /// <summary>
    /// Summed over all integers, two discrete Gaussians that lie one sensitivity apart diverge by rho times the order.
    /// </summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(25, 3)]
    [InlineData(400, 10)]
    public void OfGaussian_BruteForceRenyiDivergence_AgreesWithinOnePercent(int variance, int sensitivity)
    {
        double rho = PrivacyLoss.OfGaussian(sensitivity, variance).Rho;
        double[] here = Probabilities(variance, 0), there = Probabilities(variance, sensitivity);
        foreach (double order in (double[])[1.5, 2, 4, 8])
        {
            double moment = 0;
            for (int i = 0; i < here.Length; i++)
            {
                moment += here[i] > 0 && there[i] > 0
                    ? Math.Exp((order * Math.Log(here[i])) + ((1 - order) * Math.Log(there[i])))
                    : 0;
            }

            double divergence = Math.Log(moment) / (order - 1);
            Assert.InRange(divergence / (order * rho), 0.99, 1 + 1e-6);
        }
    }

    /// <summary>Three releases in a row: the exact delta, summed over all triples, is never above what is said.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(9, 2)]
    public void Delta_BruteForceHockeyStickOfAProduct_IsCovered(int variance, int sensitivity)
    {
        PrivacyLoss loss = PrivacyLoss.OfGaussian(sensitivity, variance) * 3;
        double[] here = Probabilities(variance, 0, 40), there = Probabilities(variance, sensitivity, 40);
        foreach (double epsilon in (double[])[0.5, 1, 2, 4])
        {
            double exact = 0, factor = Math.Exp(epsilon);
            for (int i = 0; i < here.Length; i++)
            {
                for (int j = 0; j < here.Length; j++)
                {
                    double ours = here[i] * here[j], theirs = there[i] * there[j];
                    for (int k = 0; k < here.Length; k++)
                    {
                        exact += Math.Max(0, (ours * here[k]) - (factor * theirs * there[k]));
                    }
                }
            }

            Assert.InRange(exact, 0, ZeroConcentrated.Delta(loss.Rho, epsilon));
        }
    }

    [Fact]
    public void PrivacyLoss_SumsOfRoundedLosses_NeverFallBelowTheTrueSum()
    {
        PrivacyLoss loss = PrivacyLoss.AtLeast(1.0 / 3);
        PrivacyLoss sum = PrivacyLoss.Zero;
        for (int i = 0; i < 3; i++)
        {
            sum += loss;
        }

        Assert.Equal(new PrivacyLoss(1_000_000_002), sum);
        Assert.Equal(sum, loss * 3);
        Assert.True(sum > new PrivacyLoss(1_000_000_000));
        Assert.Equal(long.MaxValue, (new PrivacyLoss(long.MaxValue - 1) + loss).Billionths);
        Assert.Equal(long.MaxValue, (new PrivacyLoss(long.MaxValue - 1) * 3).Billionths);
        Assert.Throws<ArgumentOutOfRangeException>(() => PrivacyLoss.AtLeast(-1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrivacyLoss.AtLeast(double.NaN));
    }

    [Fact]
    public void PrivacyBudget_Loss_StaysWithinEpsilon()
    {
        var budget = new PrivacyBudget { Epsilon = 8, Delta = 1e-6, Unit = PrivacyUnit.Payment };

        Assert.InRange(budget.Loss.Epsilon(budget.Delta), 7.999, 8);
        Assert.Equal("epsilon 8 with delta 1e-6 for each payment", budget.ToString());
    }

    private static double[] Probabilities(int variance, int mean, int reach = 400)
    {
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1)
            .Select(x => Math.Exp(-((double)(x - mean) * (x - mean)) / (2 * variance)))];
        double total = weights.Sum();
        return [.. weights.Select(weight => weight / total)];
    }

    /// <summary>The normal distribution function, by its series or its tail's continued fraction.</summary>
    private static double Normal(double x)
    {
        double magnitude = Math.Abs(x);
        double tail;
        if (magnitude < 3)
        {
            double term = magnitude, sum = magnitude;
            for (int i = 1; i < 200; i++)
            {
                term *= -magnitude * magnitude / (2 * i);
                sum += term / ((2 * i) + 1);
            }

            tail = 0.5 - (sum / Math.Sqrt(2 * Math.PI));
        }
        else
        {
            double fraction = magnitude;
            for (int i = 200; i > 0; i--)
            {
                fraction = magnitude + (i / fraction);
            }

            tail = Math.Exp(-magnitude * magnitude / 2) / Math.Sqrt(2 * Math.PI) / fraction;
        }

        return x < 0 ? tail : 1 - tail;
    }
}
