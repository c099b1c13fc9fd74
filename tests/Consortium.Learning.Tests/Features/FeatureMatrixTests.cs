using Consortium.Learning.Features;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureMatrixTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(0, 2)]
    public void Beside_PartsThatStartAnywhere_HasTheColumnsOfBothAndTheirLeadingOnes(int left, int right)
    {
        FeatureMatrix one = new(Named("a", "b")), other = new(Named("c"));
        for (int i = 0; i < 5; i++)
        {
            one.AddRow([i, 10 + i]);
            other.AddRow([100 + i]);
        }

        FeatureMatrix both = FeatureMatrix.Beside(one.Slice(left, 3), other.Slice(right, 3), Named("a", "b", "c"));
        FeatureMatrix leading = both.Select([2, 0]).Leading(Named("a", "b"));

        for (int row = 0; row < 3; row++)
        {
            Assert.Equal([left + row, 10 + left + row, 100 + right + row], Enumerable.Range(0, 3).Select(i => both[row, i]));
        }

        Assert.Equal((2, 2), (leading.RowCount, leading.ColumnCount));
        Assert.Equal([left + 2, left], leading.Column(0).ToArray());
        Assert.Throws<ArgumentException>(() => both.Leading(Named("b")));
        Assert.Throws<ArgumentException>(() => FeatureMatrix.Beside(one.Slice(0, 2), other.Slice(0, 3), Named("a", "b", "c")));
        Assert.Throws<InvalidOperationException>(() => both.AddRow([1, 2, 3]));
    }

    private static FeatureSchema Named(params string[] names) => new(1, [.. names.Select(name => new FeatureDefinition
    {
        Name = name,
        Group = FeatureGroup.Row,
        Unit = FeatureUnit.Count,
        Description = "{value}",
    })]);

    private static readonly FeatureSchema Schema = new(
        1,
        [
            new FeatureDefinition { Name = "a", Group = FeatureGroup.Row, Unit = FeatureUnit.Count, Description = "{value}" },
            new FeatureDefinition { Name = "b", Group = FeatureGroup.Row, Unit = FeatureUnit.Count, Description = "{value}" },
        ]);

    [Fact]
    public void AddRow_BeyondCapacity_KeepsEveryRow()
    {
        var matrix = new FeatureMatrix(Schema, capacity: 0);
        for (int i = 0; i < 3000; i++)
        {
            matrix.AddRow([i, -i]);
        }

        Assert.Equal(3000, matrix.RowCount);
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (float)-i), matrix.Column(1).ToArray());
    }

    [Fact]
    public void Select_Rows_KeepsTheirOrder()
    {
        var matrix = new FeatureMatrix(Schema);
        matrix.AddRow([1, 2]);
        matrix.AddRow([3, float.NaN]);

        FeatureMatrix selected = matrix.Select([1, 0, 1]);

        Assert.Equal([3f, 1f, 3f], selected.Column(0).ToArray());
        Assert.Equal([float.NaN, 2f, float.NaN], selected.Column(1).ToArray());
    }

    [Fact]
    public void AddRow_WrongWidth_Rejects() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureMatrix(Schema).AddRow([1]));
}
