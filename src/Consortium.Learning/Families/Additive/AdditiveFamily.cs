using System.Collections.Immutable;
using Consortium.Learning.Cells;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Additive;

/// <summary>Additive models: boosted stumps, merged into one table a feature.</summary>
public sealed class AdditiveFamily : ModelFamily
{
    private AdditiveFamily()
    {
    }

    public static AdditiveFamily Instance { get; } = new();

    public override byte Tag => 3;

    public override string Name => "additive";

    public override ImmutableArray<Hyperparameter> Hyperparameters => AdditiveSettings.All;

    public override FamilySettings Defaults { get; } = new AdditiveSettings();

    public override FamilySettings Demonstration(bool isSimulated) => new AdditiveSettings { Rounds = 150, LearningRate = 0.2 };

    public override TrainingState Begin(TrainingPlan plan) => AdditiveState.FromBase(plan);

    public override TrainingState? ReadState(ref CanonicalReader reader, byte kind, TrainingPlan plan, int round) =>
        kind == AdditiveState.KindByte ? AdditiveState.Read(ref reader, plan, round) : null;

    public override LocalStep CreateLocalStep(TrainingRows rows) => new AdditiveStep(rows);

    public override Model ReadModel(ref CanonicalReader reader) => AdditiveModel.Read(ref reader);

    public override Explainer Explain(Model model) => new AdditiveExplainer((AdditiveModel)model);

    public override CellTable? Cells(Model model) => ((AdditiveModel)model).Cells();
}
