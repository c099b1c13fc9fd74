using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// Zeroes the arrays inside BouncyCastle's expanded private keys, which it keeps for as long as the object lives and offers no
/// way to erase. Reaches private fields of the pinned version; a test fails when they move. What the collector copied before, and
/// what BouncyCastle allocates while it signs or decapsulates, stays until memory is used again.
/// </summary>
internal static class ExpandedKeyErasure
{
    public static void Erase(MLDsaPrivateKeyParameters key)
    {
        CryptographicOperations.ZeroMemory(Seed(key));
        CryptographicOperations.ZeroMemory(K(key));
        CryptographicOperations.ZeroMemory(S1(key));
        CryptographicOperations.ZeroMemory(S2(key));
        CryptographicOperations.ZeroMemory(T0(key));
    }

    public static void Erase(MLKemPrivateKeyParameters key)
    {
        CryptographicOperations.ZeroMemory(Seed(key));
        CryptographicOperations.ZeroMemory(Encoding(key));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_seed")]
    internal static extern ref byte[] Seed(MLDsaPrivateKeyParameters key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_seed")]
    internal static extern ref byte[] Seed(MLKemPrivateKeyParameters key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_k")]
    internal static extern ref byte[] K(MLDsaPrivateKeyParameters key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_s1")]
    internal static extern ref byte[] S1(MLDsaPrivateKeyParameters key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_s2")]
    internal static extern ref byte[] S2(MLDsaPrivateKeyParameters key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_t0")]
    internal static extern ref byte[] T0(MLDsaPrivateKeyParameters key);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_encoding")]
    internal static extern ref byte[] Encoding(MLKemPrivateKeyParameters key);
}
