using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>A model family's hyper-parameters.</summary>
public abstract record FamilySettings
{
    public abstract ModelFamily Family { get; }

    /// <summary>Rounds that training takes at most, the banks' vote not counted. Most models are finished earlier.</summary>
    public abstract int MostRounds { get; }

    /// <summary>Whether rounds count payments to place bins: such sums depend on payments alone, and need noise.</summary>
    public virtual bool SketchesPayments => false;

    /// <summary>
    /// Why these settings cannot be trained with noise, naming the setting; null where they can. Only a family that knows by
    /// how much one payment moves each of its sums can.
    /// </summary>
    public virtual string? NoiseFault(NoisePlan noise) => $"The family {Family.Name} has no learner made for noise.";

    /// <summary>The same settings, fitted to how wide the noise is.</summary>
    public virtual FamilySettings Steadied(NoisePlan noise) => this;

    /// <summary>The hyper-parameters by name, in their order: an <see cref="int"/> or a <see cref="double"/> each.</summary>
    public IReadOnlyDictionary<string, object> Values =>
        new OrderedDictionary<string, object>(
            Family.Hyperparameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.ValueIn(this))));

    /// <summary>
    /// What banks' policies set floors on, as far as this family has it: every family states its own, so that none is trained
    /// without them.
    /// </summary>
    public abstract IReadOnlyList<SettingsQuantity> Quantities();

    /// <summary>Integers of the largest round these settings can ask for.</summary>
    public abstract int LargestRequest(int featureCount);

    /// <summary>The hyper-parameters in words.</summary>
    public sealed override string ToString() =>
        string.Join(", ", Values.Select(value => FormattableString.Invariant($"{value.Key} {value.Value}")));

    /// <summary>
    /// What can't work about settings that are each within their range, naming value and limit; null if nothing.
    /// </summary>
    protected virtual string? Misfit(int featureCount) => null;

    /// <summary>What can't work about these settings, naming value and limit; null if nothing.</summary>
    internal string? Fault(int featureCount) =>
        Family.Hyperparameters.Select(parameter => parameter.FaultOf(this)).FirstOrDefault(fault => fault is not null)
            ?? Misfit(featureCount);

    /// <summary>The family's tag, then the hyper-parameters in their order.</summary>
    internal void Write(CanonicalWriter writer)
    {
        writer.UInt8(Family.Tag);
        foreach (Hyperparameter parameter in Family.Hyperparameters)
        {
            parameter.Write(writer, this);
        }
    }

    internal static FamilySettings Read(ref CanonicalReader reader)
    {
        ModelFamily family = ModelFamilies.Read(ref reader);
        FamilySettings settings = family.Defaults;
        foreach (Hyperparameter parameter in family.Hyperparameters)
        {
            settings = parameter.Read(ref reader, settings);
        }

        return settings;
    }
}
