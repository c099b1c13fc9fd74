
namespace Consortium.Cryptography.Tests.Seal;

/// <summary>Small objects of ours to write, read and spoil; degree 8 and two primes.</summary>
internal static class SealSamples
{
    public static SealParameters Parameters { get; } = new(SealScheme.Ckks, 8, [97, 113]);

    public static SealParameters BfvParameters { get; } = new(SealScheme.Bfv, 8, [97, 113], 17);

    public static SealCiphertext Ciphertext { get; } = new(Parameters, 2, Words(32)) { Scale = 1024 };

    public static SealPlaintext Plaintext { get; } = new(Parameters.Id, Words(16)) { Scale = 1024 };

    public static SealSecretKey SecretKey() => new(Parameters, Words(16));

    private static ulong[] Words(int count) => [.. Enumerable.Range(1, count).Select(i => (ulong)(i * 37 % 97))];
}
