namespace Consortium.Learning.Families.Boosting;

/// <summary>Choices drawn from a plan's public seed, the same at every bank and however rows are split over banks.</summary>
internal static class SeededChoice
{
    /// <summary>A key of its own for draw <paramref name="index"/> of a purpose.</summary>
    public static ulong Key(ulong seed, ulong purpose, int index) =>
        Mix(Mix(seed ^ (purpose * 0xD1B54A32D192ED03)) + (uint)index);

    /// <summary>Uniform in [0, 1), the same for the same key and subject.</summary>
    public static double Uniform(ulong key, ulong subject) => (Mix(key ^ subject) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Sebastiano Vigna's splitmix64 finaliser (public domain).</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
