namespace Consortium.Architecture.Tests.Planted.Upper;

/// <summary>What the planted types of the layer below must not name, and do.</summary>
internal class Plant
{
    public const int Inlined = 1;

    public static int Count { get; set; }

    public static T Grow<T>() => default!;
}
