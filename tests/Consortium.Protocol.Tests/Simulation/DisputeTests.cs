using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// A bank whose updates spoil every sum is named by every honest key holder, whatever the network does, and nobody else is.
/// </summary>
public sealed class DisputeTests
{
    [Fact]
    public void Dispute_RandomSchedulesWithASpoilingBank_NameItAndNobodyElse()
    {
        Checker.Result result = Checker.Run(11, 3_000, choices => new Scenario
        {
            Banks = 3 + choices.Next(3),
            KeyHolders = 3,
            Threshold = 2,
            Rule = CohortRule.Fixed,
            DishonestAggregator = false,
            DishonestHolders = 0,
            ForgetfulHolders = 0,
            DishonestBank = false,
            SpoilingBank = true,
        });
        Assert.True(result.Failure is null, result.Failure?.Trace);
        Assert.Equal(0, result.SumsOpened);
        Assert.True(result.SpoilersNamed > 2_000, $"only {result.SpoilersNamed} named");
    }
}
