using System.Collections.Immutable;
using Consortium.Learning.Cells;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Export;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Logistic;

/// <summary>Logistic regression by Newton steps.</summary>
public sealed class LogisticFamily : ModelFamily
{
    private LogisticFamily()
    {
    }

    public static LogisticFamily Instance { get; } = new();

    public override byte Tag => 2;

    public override string Name => "logistic";

    public override ImmutableArray<Hyperparameter> Hyperparameters => LogisticSettings.All;

    public override FamilySettings Defaults { get; } = new LogisticSettings();

    public override ImmutableArray<ModelFormat> Formats { get; } =
        [OnnxExport.Format(static (graph, model) => OnnxRegression.Add(graph, (LogisticModel)model))];

    public override FamilySettings Demonstration(bool isSimulated) => new LogisticSettings { PositiveWeight = 5 };

    public override TrainingState Begin(TrainingPlan plan) => NewtonState.FromZero(plan);

    public override TrainingState? ReadState(ref CanonicalReader reader, byte kind, TrainingPlan plan, int round) =>
        kind == NewtonState.KindByte ? NewtonState.Read(ref reader, plan, round) : null;

    public override LocalStep CreateLocalStep(TrainingRows rows) => new LogisticStep(rows);

    public override Model ReadModel(ref CanonicalReader reader) => LogisticModel.Read(ref reader);

    public override Explainer Explain(Model model) => new LogisticExplainer((LogisticModel)model);

    public override CellTable? Cells(Model model) => LogisticCells.Of((LogisticModel)model);
}
