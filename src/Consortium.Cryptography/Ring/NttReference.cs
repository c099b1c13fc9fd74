using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>
/// The transforms as the textbook writes them, every butterfly reduced: the reference and the path without vectors.
/// </summary>
internal static class NttReference
{
    public static void Forward(Span<uint> words, int prime)
    {
        NttTables tables = NttTables.For(prime);
        Modulus modulus = tables.Modulus;
        for (int m = 1, distance = words.Length / 2; distance >= 1; m <<= 1, distance >>= 1)
        {
            for (int block = 0; block < m; block++)
            {
                uint root = tables.Roots[m + block];
                for (int i = 2 * distance * block; i < (2 * distance * block) + distance; i++)
                {
                    uint x = words[i], y = modulus.Multiply(words[i + distance], root);
                    words[i] = modulus.Add(x, y);
                    words[i + distance] = modulus.Subtract(x, y);
                }
            }
        }
    }

    public static void Inverse(Span<uint> words, int prime)
    {
        NttTables tables = NttTables.For(prime);
        Modulus modulus = tables.Modulus;
        for (int m = words.Length / 2, distance = 1; m >= 1; m >>= 1, distance <<= 1)
        {
            for (int block = 0; block < m; block++)
            {
                uint root = tables.InverseRoots[m + block];
                for (int i = 2 * distance * block; i < (2 * distance * block) + distance; i++)
                {
                    uint x = words[i], y = words[i + distance];
                    words[i] = modulus.Add(x, y);
                    words[i + distance] = modulus.Multiply(modulus.Subtract(x, y), root);
                }
            }
        }

        foreach (ref uint word in words)
        {
            word = modulus.Multiply(word, tables.InverseDegree);
        }
    }
}
