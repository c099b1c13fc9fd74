namespace Consortium.Cryptography.Ring;

/// <summary>What the words of a polynomial stand for. A polynomial of one domain does not fit where another is wanted.</summary>
public interface IDomain;

/// <summary>Word c of a prime is the coefficient of X^c.</summary>
public readonly struct Coefficients : IDomain;

/// <summary>
/// Word i of a prime is poly(psi^(2*bitrev(i)+1)), psi the smallest primitive 2N-th root of unity: SEAL's order.
/// </summary>
public readonly struct Ntt : IDomain;
