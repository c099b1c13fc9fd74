using Consortium.Learning.Models;

namespace Consortium.Workloads.Tests;

public sealed class ContributionTests
{
    private static readonly RoundRequest Request = new(
        new RequestSegment(3, 10), new RequestSegment(0, 2), new RequestSegment(2, 100));

    [Fact]
    public void Advance_PieceByPiece_GivesTheWholeVector()
    {
        var contribution = new Contribution(Request);
        foreach (long value in (long[])[9, 0, 1, 99, 5])
        {
            Assert.Throws<InvalidOperationException>(() => contribution.Values.Length);
            contribution.GetSpan(1)[0] = value;
            contribution.Advance(1);
        }

        Assert.Equal([9, 0, 1, 99, 5], contribution.Values.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => contribution.GetSpan(1).Length);
    }

    [Theory]
    [InlineData(0, 10, 9)]
    [InlineData(2, 99, 9)]
    [InlineData(3, 100, 99)]
    [InlineData(4, -1, 99)]
    public void Advance_ValueBeyondItsSegmentsBound_IsRejectedWithPlaceAndLimit(int place, long value, long most)
    {
        var contribution = new Contribution(Request);
        contribution.GetSpan()[place] = value;

        string message = Assert.Throws<ArgumentException>(() => contribution.Advance(Request.Length)).Message;

        Assert.Contains($"Value {place} is {value}; it must be 0 to {most}.", message, StringComparison.Ordinal);
        Assert.Equal(0, contribution.Written);
    }
}
