using System.Buffers.Binary;
using Org.BouncyCastle.Crypto.Digests;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>SEAL's parms_id: BLAKE2b-256 over scheme, degree, primes and plain modulus, as four little-endian words.</summary>
/// <remarks>The default, all zero, is what SEAL gives a plaintext in coefficient form.</remarks>
internal readonly record struct SealParametersId(ulong Word0, ulong Word1, ulong Word2, ulong Word3)
{
    private const int Bytes = 32;

    public bool IsZero => this == default;

    public override string ToString() => $"{Word0:x16} {Word1:x16} {Word2:x16} {Word3:x16}";

    internal static SealParametersId Of(SealScheme scheme, int degree, ReadOnlySpan<ulong> primes, ulong plainModulus)
    {
        var digest = new Blake2bDigest(8 * Bytes);
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        Update(word, (ulong)scheme);
        Update(word, (ulong)degree);
        foreach (ulong prime in primes)
        {
            Update(word, prime);
        }

        Update(word, plainModulus);
        Span<byte> hash = stackalloc byte[Bytes];
        digest.DoFinal(hash);
        return new SealParametersId(Word(hash, 0), Word(hash, 1), Word(hash, 2), Word(hash, 3));

        void Update(Span<byte> buffer, ulong value)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, value);
            digest.BlockUpdate(buffer);
        }

        static ulong Word(ReadOnlySpan<byte> hash, int index) =>
            BinaryPrimitives.ReadUInt64LittleEndian(hash[(index * sizeof(ulong))..]);
    }
}
