namespace Consortium.Cryptography.Tests.Seal;

/// <summary>
/// What a reader of SEAL's bytes accepts. Claims beyond these are rejected before anything is allocated for them.
/// </summary>
internal sealed record SealLimits
{
    /// <summary>SEAL's own largest degree, primes and polynomials, and objects of up to 32 MiB.</summary>
    public static SealLimits Default { get; } = new();

    /// <summary>Largest polynomial degree N.</summary>
    public int Degree { get; init; } = 32768;

    /// <summary>Most primes in a coefficient modulus.</summary>
    public int Primes { get; init; } = 64;

    /// <summary>Most polynomials in a ciphertext.</summary>
    public int Polynomials { get; init; } = 16;

    /// <summary>Largest object, in bytes with its header. One ciphertext of ours has 262,257.</summary>
    public int Bytes { get; init; } = 1 << 25;
}
