using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>
/// Twiddle factors of one prime in SEAL's order (Longa and Naehrig, 2016): <c>Roots[m + i] = psi^bitrev(m + i)</c>,
/// <c>InverseRoots[k] = Roots[k]^-1</c>, each beside its Shoup quotient. Immutable.
/// </summary>
internal sealed class NttTables
{
    private static readonly NttTables[] OfBasis = [.. RnsBasis.Moduli.Select(modulus => new NttTables(modulus))];

    private NttTables(Modulus modulus)
    {
        Modulus = modulus;
        Psi = modulus.SmallestPrimitiveRoot(2 * RnsBasis.Degree);
        Roots = new uint[RnsBasis.Degree];
        InverseRoots = new uint[RnsBasis.Degree];
        uint inversePsi = modulus.Invert(Psi);
        uint power = 1, inversePower = 1;
        for (int i = 0; i < RnsBasis.Degree; i++)
        {
            int position = BitReverse(i);
            Roots[position] = power;
            InverseRoots[position] = inversePower;
            power = modulus.Multiply(power, Psi);
            inversePower = modulus.Multiply(inversePower, inversePsi);
        }

        InverseDegree = modulus.Invert(RnsBasis.Degree);
        RootQuotients = Quotients(Roots);
        InverseRootQuotients = Quotients(InverseRoots);
        LastInverseRoot = modulus.Multiply(InverseRoots[1], InverseDegree);
    }

    public Modulus Modulus { get; }

    /// <summary>The smallest primitive 2N-th root of unity.</summary>
    public uint Psi { get; }

    public uint[] Roots { get; }

    public uint[] RootQuotients { get; }

    public uint[] InverseRoots { get; }

    public uint[] InverseRootQuotients { get; }

    /// <summary>N^-1 mod q.</summary>
    public uint InverseDegree { get; }

    /// <summary>The last inverse level's twiddle times N^-1.</summary>
    public uint LastInverseRoot { get; }

    public static NttTables For(int prime) => OfBasis[prime];

    private uint[] Quotients(uint[] factors) => Array.ConvertAll(factors, Modulus.ShoupQuotient);

    private static int BitReverse(int value)
    {
        int reversed = 0;
        for (int bit = 0; bit < RnsBasis.LogDegree; bit++)
        {
            reversed = (reversed << 1) | ((value >> bit) & 1);
        }

        return reversed;
    }
}
