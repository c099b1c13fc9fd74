using System.Collections.Immutable;
using Consortium.Learning.Cells;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// A kind of model that a consortium can train: its hyper-parameters, its training as a state machine over sums, one bank's step
/// in it, the
/// models it makes, their explanation and their formats. All that is specific to a family is reached through here;
/// <see cref="ModelFamilies"/> holds those that a program knows. Stateless and safe for many threads.
/// </summary>
public abstract class ModelFamily
{
    /// <summary>
    /// The family's number in the canonical bytes of plans, states and models. It is never given to another family.
    /// </summary>
    public abstract byte Tag { get; }

    /// <summary>The family's name in policies, commands and views: lower-case ASCII, such as <c>boosting</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The hyper-parameters, in the order of the canonical bytes.</summary>
    public abstract ImmutableArray<Hyperparameter> Hyperparameters { get; }

    public abstract FamilySettings Defaults { get; }

    /// <summary>Where settings of a plan with noise start from; null where the family has no learner made for noise.</summary>
    public virtual FamilySettings? NoiseDefaults => null;

    /// <summary>Formats of other software that the family's models can be written in.</summary>
    public virtual ImmutableArray<ModelFormat> Formats => [];

    /// <summary>Settings that finish a demonstration within about a minute.</summary>
    /// <param name="isSimulated">Whether the payments are the demonstration's own; others may be many more.</param>
    public virtual FamilySettings Demonstration(bool isSimulated) => Defaults;

    /// <summary>The state in which training by <paramref name="plan"/> begins.</summary>
    public abstract TrainingState Begin(TrainingPlan plan);

    /// <summary>Reads what a state of this family wrote after its kind.</summary>
    /// <param name="reader">At the state's own bytes.</param>
    /// <param name="kind">What the state gave as its kind.</param>
    /// <param name="plan">Of this family.</param>
    /// <param name="round">Sums taken in so far.</param>
    /// <returns>Null where the family has no such kind of state.</returns>
    /// <exception cref="MalformedDataException">The bytes are no such state.</exception>
    public abstract TrainingState? ReadState(ref CanonicalReader reader, byte kind, TrainingPlan plan, int round);

    /// <summary>One bank's side of training.</summary>
    public abstract LocalStep CreateLocalStep(TrainingRows rows);

    /// <summary>Reads what a model of this family wrote.</summary>
    /// <exception cref="MalformedDataException">The bytes are no model of the family.</exception>
    public abstract Model ReadModel(ref CanonicalReader reader);

    /// <summary>What divides a row's score by <paramref name="model"/> among its features.</summary>
    /// <param name="model">Of this family.</param>
    public abstract Explainer Explain(Model model);

    /// <summary>
    /// The model as values over public cells, which an encrypted payment can be scored with; null if it has none.
    /// </summary>
    /// <param name="model">Of this family.</param>
    /// <exception cref="ArgumentException">The model has too many cells for a query.</exception>
    public virtual CellTable? Cells(Model model) => null;

    public sealed override string ToString() => Name;
}
