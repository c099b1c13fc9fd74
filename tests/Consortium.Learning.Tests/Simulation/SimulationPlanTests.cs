using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

public sealed class SimulationPlanTests
{
    private static readonly (SimulationPlan Plan, string Field)[] OutOfRange =
    [
        (new() { Banks = 2 }, "Banks"),
        (new() { Banks = 100, Accounts = 1_999 }, "Accounts"),
        (new() { Days = 6 }, "Days"),
        (new() { Payments = 999 }, "Payments"),
        (new() { FirstDay = new DateOnly(1900, 1, 1) }, "FirstDay"),
        (new() { BankSizeExponent = -0.1 }, "BankSizeExponent"),
        (new() { LaunderingRate = 0 }, "LaunderingRate"),
        (new() { LaunderingRate = double.NaN }, "LaunderingRate"),
        (new() { OutsidePatternShare = 1 }, "OutsidePatternShare"),
        (new() { OwnBankShare = 1.5 }, "OwnBankShare"),
        (new() { LaunderingRate = 0.01, LookAlikeShare = 0.09 }, "LookAlikeShare"),
        (new() { FirstTimeShare = 2 }, "FirstTimeShare"),
        (new() { MissedLabelShare = 0.6 }, "MissedLabelShare"),
        (new() { MissedLabels = (MissedLabels)9 }, "MissedLabels"),
        (new() { ReuseShare = -0.1 }, "ReuseShare"),
        (new() { HonestStructures = 101 }, "HonestStructures"),
        (new() { HonestStructures = 1, HonestShapes = HonestShapes.None }, "HonestShapes"),
        (new() { RecurringShare = 2 }, "RecurringShare"),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, OutOfRange.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_FieldOutOfRange_NamesItAndTheFix(int index)
    {
        (SimulationPlan plan, string field) = OutOfRange[index];

        ArgumentException error = Assert.Throws<ArgumentException>(() => Simulator.Run(plan));

        Assert.Equal(field, error.ParamName);
        Assert.Contains($"SimulationPlan.{field} is ", error.Message);
        Assert.Contains("; set it from ", error.Message);
    }
}
