using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Cli.Models;

/// <summary>A model as commands print it.</summary>
internal sealed record ModelView(
    string Digest,
    string Family,
    string Session,
    int Rounds,
    string Size,
    string? View,
    bool FitsThisRelease,
    string PlanDigest,
    string SchemaDigest,
    long Bytes,
    ModelView.Guarantee? Privacy,
    IReadOnlyList<ModelView.Feature> Features)
{
    private const int MostFeatures = 20;

    public static ModelView Of(ModelFile file) => new(
        Convert.ToHexStringLower(file.Model.Digest.Span),
        file.Model.Family.Name,
        file.Session,
        file.Rounds,
        file.Model.Size,
        FeatureView.Of(file.Model.SchemaDigest.Span)?.Name,
        Fits(file.Model),
        Convert.ToHexStringLower(file.PlanDigest.Span),
        Convert.ToHexStringLower(file.Model.SchemaDigest.Span),
        file.ToBytes().Length,
        Guarantee.Of(file.Guarantee),
        FeatureView.Of(file.Model.SchemaDigest.Span) is { } view ? Weigh(file.Model, view) : []);

    /// <summary>Whether this release computes the columns that the model reads.</summary>
    public static bool Fits(Model model) => FeatureView.Of(model.SchemaDigest.Span) is not null;

    /// <summary>Features by what they did for the model.</summary>
    private static IReadOnlyList<Feature> Weigh(Model model, FeatureView view)
    {
        double[] weights = model.FeatureWeights();
        double all = weights.Sum();
        return all == 0 ? [] :
        [
            .. weights.Select((weight, feature) => (weight, feature))
            .Where(item => item.weight > 0).OrderByDescending(item => item.weight).Take(MostFeatures)
                .Select(item => new Feature(view.Schema.Features[item.feature].Name, item.weight / all)),
        ];
    }

    /// <summary>What the model and its sums may tell, in numbers and in a sentence.</summary>
    internal sealed record Guarantee(
        double Epsilon, double Delta, string Unit, DateOnly FirstDay, DateOnly LastDay, string Sentence)
    {
        public static Guarantee? Of(PrivacyGuarantee? guarantee) => guarantee is null ? null : new Guarantee(
            guarantee.Epsilon, guarantee.Delta, guarantee.Unit.ToString().ToLowerInvariant(), guarantee.First, guarantee.Last,
            guarantee.Sentence);
    }

    /// <summary>A column and its share of what the model learned.</summary>
    internal sealed record Feature(string Name, double Share);
}
