namespace Consortium.Learning.Payments;

/// <summary>The names of typologies in pattern files.</summary>
public static class Typologies
{
    private static readonly string[] Names =
        ["FAN-OUT", "FAN-IN", "CYCLE", "RANDOM", "BIPARTITE", "STACK", "SCATTER-GATHER", "GATHER-SCATTER"];

    public static int Count => Names.Length;

    public static string NameOf(Typology typology) => Names[(int)typology];

    public static bool TryParse(ReadOnlySpan<char> name, out Typology typology)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                typology = (Typology)i;
                return true;
            }
        }

        typology = default;
        return false;
    }
}
