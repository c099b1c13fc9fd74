using Consortium.Architecture.Tests.Planted.Upper;

namespace Consortium.Architecture.Tests.Planted.Lower;

// Each names the upper layer in one way that a compiler writes differently.
internal sealed class InBase : Plant;

internal sealed class InField
{
    public List<Plant[]> Plants = [];
}

internal sealed class InSignature
{
    public static int Count(ReadOnlySpan<Plant> plants) => plants.Length;
}

internal sealed class InConstraint<T>
    where T : Plant;

[Plant]
internal sealed class InAttribute;

internal sealed class InCall
{
    public static int Count() => Plant.Count;
}

internal sealed class InTypeArgument
{
    public static object Grow() => Enumerable.Empty<Plant>();
}

internal sealed class InToken
{
    public static string Name() => typeof(Plant).Name;
}

internal sealed class InLambda
{
    public static Func<object, bool> Test() => static value => value is Plant;
}

internal sealed class InSwitch
{
    public static string Name(int value) => value switch { 0 => "a", 1 => "b", 2 => "c", 3 => "d", _ => new Plant().ToString()! };
}

/// <summary>A constant's value is copied by the compiler and leaves no reference; this one is innocent.</summary>
internal sealed class Innocent
{
    public static int Value() => Plant.Inlined;
}
