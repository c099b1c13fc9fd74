using System.Collections.Immutable;
using System.Text;
using Consortium.Learning.Binning;
using Consortium.Learning.Cells;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Export;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Gradient boosting of histogram trees.</summary>
public sealed class BoostingFamily : ModelFamily
{
    private BoostingFamily()
    {
    }

    public static BoostingFamily Instance { get; } = new();

    public override byte Tag => 1;

    public override string Name => "boosting";

    public override ImmutableArray<Hyperparameter> Hyperparameters => BoostingSettings.All;

    public override FamilySettings Defaults { get; } = new BoostingSettings();

    public override FamilySettings NoiseDefaults => BoostingSettings.ForNoise;

    public override ImmutableArray<ModelFormat> Formats { get; } =
    [
        OnnxExport.Format(static (graph, model) => OnnxTrees.Add(graph, (TreeEnsemble)model)),
        new("lightgbm", "LightGBM's text", static (model, schema) => Encoding.UTF8.GetBytes(
            LightGbmText.Write((TreeEnsemble)model, schema)))
        {
            NamesColumns = true,
        },
    ];

    /// <summary>
    /// Small trees on a third of the columns: with few laundering payments, larger ones on all columns follow single payments.
    /// </summary>
    public override FamilySettings Demonstration(bool isSimulated) => isSimulated
        ? new BoostingSettings
        {
            Trees = 30,
            Leaves = 15,
            LearningRate = 0.2,
            ColumnFraction = 0.3,
            L2 = 10,
            SplitsPerRound = 16,
            MinimumChildWeight = 5,
        }
        : new BoostingSettings { SplitsPerRound = 16 };

    public override TrainingState Begin(TrainingPlan plan)
    {
        var settings = (BoostingSettings)plan.Settings;
        return settings.Edges == BinEdgeSource.Sketched
            ? new SketchState(plan)
            : BoostingState.Begin(plan, round: 0, BinLayout.Public(plan.Units, settings.Bins));
    }

    public override TrainingState? ReadState(ref CanonicalReader reader, byte kind, TrainingPlan plan, int round) => kind switch
    {
        SketchState.KindByte when plan.Settings is BoostingSettings { Edges: BinEdgeSource.Sketched } =>
            SketchState.Read(ref reader, plan, round),
        BoostingState.KindByte => BoostingState.Read(ref reader, plan, round),
        _ => null,
    };

    public override LocalStep CreateLocalStep(TrainingRows rows) => new BoostingStep(rows);

    public override Model ReadModel(ref CanonicalReader reader) => TreeEnsemble.Read(ref reader);

    public override Explainer Explain(Model model) => new TreeExplainer((TreeEnsemble)model);

    public override CellTable? Cells(Model model) => ((TreeEnsemble)model).Cells();
}
