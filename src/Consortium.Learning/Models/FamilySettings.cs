using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>A model family with its hyper-parameters.</summary>
public abstract record FamilySettings
{
    private protected FamilySettings()
    {
    }

    /// <summary>Whether rounds count payments to place bins: such sums depend on payments alone, and need noise.</summary>
    public virtual bool SketchesPayments => false;

    /// <summary>What can't work about these settings, naming value and limit; null if nothing.</summary>
    internal abstract string? Fault(int featureCount);

    /// <summary>
    /// What banks' policies set floors on, as far as this family has it: every family states its own, so that none is trained without them.
    /// </summary>
    public abstract IReadOnlyList<SettingsQuantity> Quantities();

    /// <summary>Integers of the largest round these settings can ask for.</summary>
    internal abstract int LargestRequest(int featureCount);

    internal abstract void Write(CanonicalWriter writer);

    internal static FamilySettings Read(ref CanonicalReader reader)
    {
        byte kind = reader.UInt8();
        return kind switch
        {
            TreeEnsemble.Kind => BoostingSettings.ReadSettings(ref reader),
            LogisticModel.Kind => LogisticSettings.ReadSettings(ref reader),
            _ => throw reader.Malformed("a known family", kind),
        };
    }
}
