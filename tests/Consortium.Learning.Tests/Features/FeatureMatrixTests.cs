using Consortium.Learning.Features;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureMatrixTests
{
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
