using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>The bytes of an identity file, version 1, as this folder's README lays them out.</summary>
internal static class IdentityFileFormat
{
    public const string Subject = "identity file";
    public const int MaximumLength = HeaderLength + CostLength + SaltLength + NonceLength + MaximumBodyLength + TagLength;

    internal const int CostOffset = HeaderLength;
    internal const int CostLength = 8;

    private const byte Version = 1;
    private const byte Plaintext = 0;
    private const byte UnderPassphrase = 1;
    private const int ProtectionOffset = 5;
    private const int HeaderLength = 6;
    private const int SaltLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyLength = 32;
    private const int SealedPrefixLength = HeaderLength + CostLength + SaltLength + NonceLength;
    private const int MinimumBodyLength = 1 + 1 + PrivateIdentity.SeedsLength;
    private const int MaximumBodyLength = 1 + IdentityName.MaximumLength + PrivateIdentity.SeedsLength;

    private static ReadOnlySpan<byte> Magic => "CNKF"u8;

    public static byte[] Seal(
        PrivateIdentity identity, ReadOnlySpan<char> passphrase, PassphraseCost cost, RandomNumberGenerator random)
    {
        Span<byte> body = stackalloc byte[MaximumBodyLength];
        Span<byte> key = stackalloc byte[KeyLength];
        body = body[..EncodeBody(identity, body)];
        try
        {
            byte[] file = new byte[SealedPrefixLength + body.Length + TagLength];
            WriteHeader(file, UnderPassphrase);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(CostOffset), cost.MemoryKiB);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(CostOffset + sizeof(int)), cost.Passes);
            Span<byte> salt = file.AsSpan(CostOffset + CostLength, SaltLength);
            Span<byte> nonce = file.AsSpan(CostOffset + CostLength + SaltLength, NonceLength);
            random.GetBytes(salt);
            random.GetBytes(nonce);

            DeriveKey(passphrase, cost, salt, key);
            using var aes = new AesGcm(key, TagLength);
            Span<byte> sealedBody = file.AsSpan(SealedPrefixLength);
            aes.Encrypt(nonce, body, sealedBody[..body.Length], sealedBody[body.Length..], file.AsSpan(0, SealedPrefixLength));
            return file;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Null when the passphrase is wrong or the file was altered.</summary>
    /// <param name="largest">The most memory and passes the file may ask for.</param>
    public static PrivateIdentity? Open(ReadOnlySpan<byte> file, ReadOnlySpan<char> passphrase, PassphraseCost largest)
    {
        CheckHeader(file, UnderPassphrase, "protection by a passphrase (1)");
        CheckLength(file, SealedPrefixLength + TagLength);
        var cost = new PassphraseCost(
            BinaryPrimitives.ReadInt32LittleEndian(file[CostOffset..]),
            BinaryPrimitives.ReadInt32LittleEndian(file[(CostOffset + sizeof(int))..]));
        if (!cost.IsWithin(largest))
        {
            throw new MalformedDataException(
                Subject,
                CostOffset,
                $"Argon2id with {PassphraseCost.Least.MemoryKiB} to {largest.MemoryKiB} KiB and {PassphraseCost.Least.Passes} to "
                    + $"{largest.Passes} passes",
                $"{cost.MemoryKiB} KiB and {cost.Passes} passes");
        }

        Span<byte> body = stackalloc byte[MaximumBodyLength];
        Span<byte> key = stackalloc byte[KeyLength];
        body = body[..(file.Length - SealedPrefixLength - TagLength)];
        try
        {
            DeriveKey(passphrase, cost, file.Slice(CostOffset + CostLength, SaltLength), key);
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                file.Slice(SealedPrefixLength - NonceLength, NonceLength),
                file[SealedPrefixLength..^TagLength],
                file[^TagLength..],
                body,
                file[..SealedPrefixLength]);
            return DecodeBody(body, SealedPrefixLength);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Header, body, SHA-256 of both: the digest tells a damaged file, nothing more.</summary>
    public static byte[] EncodePlaintext(PrivateIdentity identity)
    {
        byte[] file = GC.AllocateArray<byte>(HeaderLength + BodyLength(identity) + SHA256.HashSizeInBytes, pinned: true);
        WriteHeader(file, Plaintext);
        EncodeBody(identity, file.AsSpan(HeaderLength));
        SHA256.HashData(file.AsSpan(0, file.Length - SHA256.HashSizeInBytes), file.AsSpan(file.Length - SHA256.HashSizeInBytes));
        return file;
    }

    public static PrivateIdentity DecodePlaintext(ReadOnlySpan<byte> file)
    {
        CheckHeader(file, Plaintext, "no protection (0)");
        CheckLength(file, HeaderLength + SHA256.HashSizeInBytes);
        ReadOnlySpan<byte> content = file[..^SHA256.HashSizeInBytes];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        return digest.SequenceEqual(file[content.Length..])
            ? DecodeBody(content[HeaderLength..], HeaderLength)
            : throw new MalformedDataException(Subject, content.Length, "SHA-256 of what precedes it", "another");
    }

    private static void WriteHeader(Span<byte> file, byte protection)
    {
        Magic.CopyTo(file);
        file[Magic.Length] = Version;
        file[ProtectionOffset] = protection;
    }

    private static void CheckHeader(ReadOnlySpan<byte> file, byte protection, string protectionName)
    {
        if (file.Length < HeaderLength || !file.StartsWith(Magic))
        {
            throw new MalformedDataException(
                Subject, 0, "\"CNKF\", a version and a protection", $"{file.Length} bytes of something else");
        }

        if (file[Magic.Length] != Version)
        {
            throw new MalformedDataException(Subject, Magic.Length, $"version {Version}", $"version {file[Magic.Length]}");
        }

        if (file[ProtectionOffset] != protection)
        {
            throw new MalformedDataException(Subject, ProtectionOffset, protectionName, $"protection {file[ProtectionOffset]}");
        }
    }

    private static void CheckLength(ReadOnlySpan<byte> file, int overhead)
    {
        int body = file.Length - overhead;
        if (body is < MinimumBodyLength or > MaximumBodyLength)
        {
            throw new MalformedDataException(
                Subject, file.Length, $"{overhead + MinimumBodyLength} to {overhead + MaximumBodyLength} bytes",
                $"{file.Length} bytes");
        }
    }

    private static int BodyLength(PrivateIdentity identity) => 1 + identity.Public.Name.Length + PrivateIdentity.SeedsLength;

    private static int EncodeBody(PrivateIdentity identity, Span<byte> destination)
    {
        destination[0] = (byte)identity.Public.Name.Length;
        int written = 1 + Encoding.ASCII.GetBytes(identity.Public.Name, destination[1..]);
        identity.Seeds.CopyTo(destination[written..]);
        return written + PrivateIdentity.SeedsLength;
    }

    private static PrivateIdentity DecodeBody(ReadOnlySpan<byte> body, long offset)
    {
        int nameLength = body[0];
        MalformedDataException.ThrowIfLengthDiffers(Subject, body.Length, 1 + nameLength + PrivateIdentity.SeedsLength);
        string name = IdentityName.Decode(body.Slice(1, nameLength), Subject, offset + 1);
        return PrivateIdentity.FromSeeds(name, body[(1 + nameLength)..]);
    }

    private static void DeriveKey(ReadOnlySpan<char> passphrase, PassphraseCost cost, ReadOnlySpan<byte> salt, Span<byte> key)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetMaxByteCount(passphrase.Length), pinned: true);
        try
        {
            int length = Encoding.UTF8.GetBytes(passphrase, bytes);
            cost.DeriveKey(bytes.AsSpan(0, length), salt, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
