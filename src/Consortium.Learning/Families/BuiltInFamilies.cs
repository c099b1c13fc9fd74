using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Consortium.Learning.Families.Additive;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families;

/// <summary>The library's own model families: one line each.</summary>
internal static class BuiltInFamilies
{
    [ModuleInitializer]
    [SuppressMessage(
        "Usage", "CA2255",
        Justification = "Decoding must know these families before its first byte, and Models must not name what is built on it.")]
    internal static void Register()
    {
        ModelFamilies.Add(BoostingFamily.Instance);
        ModelFamilies.Add(LogisticFamily.Instance);
        ModelFamilies.Add(AdditiveFamily.Instance);
    }
}
