using NSec.Cryptography;

namespace Consortium.Cryptography.Identity;

/// <summary>What one guess of a passphrase costs: Argon2id (RFC 9106) with one lane.</summary>
internal readonly record struct PassphraseCost(int MemoryKiB, int Passes)
{
    /// <summary>The memory and passes of RFC 9106's second recommended option.</summary>
    public static readonly PassphraseCost Default = new(64 * 1024, 3);

    /// <summary>The largest a file may ask of whoever reads it.</summary>
    public static readonly PassphraseCost Largest = new(1024 * 1024, 8);

    /// <summary>The least the algorithm takes; for tests alone.</summary>
    public static readonly PassphraseCost Least = new(8, 1);

    public bool IsWithin(PassphraseCost largest) =>
        MemoryKiB >= Least.MemoryKiB && MemoryKiB <= largest.MemoryKiB && Passes >= Least.Passes && Passes <= largest.Passes;

    public void DeriveKey(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, Span<byte> key)
    {
        var parameters = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = MemoryKiB, NumberOfPasses = Passes };
        PasswordBasedKeyDerivationAlgorithm.Argon2id(in parameters).DeriveBytes(passphrase, salt, key);
    }
}
