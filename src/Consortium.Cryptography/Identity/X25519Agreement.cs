using NSec.Cryptography;

namespace Consortium.Cryptography.Identity;

/// <summary>X25519 (RFC 7748) with the all-zero secret rejected.</summary>
internal static class X25519Agreement
{
    public static bool TryAgree(Key privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret) =>
        PublicKey.TryImport(KeyAgreementAlgorithm.X25519, publicKey, KeyBlobFormat.RawPublicKey, out PublicKey? imported)
        && TryAgree(privateKey, imported!, secret);

    public static bool TryAgree(Key privateKey, PublicKey publicKey, Span<byte> secret)
    {
        var exportable = new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextArchiving };
        using SharedSecret? shared = KeyAgreementAlgorithm.X25519.Agree(privateKey, publicKey, in exportable);
        return shared is not null && shared.TryExport(SharedSecretBlobFormat.RawSharedSecret, secret, out _);
    }

    /// <summary>
    /// Points of small order give the same all-zero secret with every private key (RFC 7748, section 6.1), so one agreement with
    /// any key tells them.
    /// </summary>
    public static bool Contributes(PublicKey key)
    {
        using Key any = Key.Import(
            KeyAgreementAlgorithm.X25519, "any private key: thirty-two bytes"u8[..32], KeyBlobFormat.RawPrivateKey);
        using SharedSecret? secret = KeyAgreementAlgorithm.X25519.Agree(any, key);
        return secret is not null;
    }
}
