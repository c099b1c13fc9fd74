using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;

namespace Consortium.Protocol.Scoring;

/// <summary>
/// A DSSE 1.0.2 envelope: a payload, its type, and signatures over both. Signatures are the hybrid ones of the consortium's
/// identities; a key id is the digest of the public identity, in hexadecimal.
/// </summary>
/// <param name="PayloadType">What the payload is.</param>
/// <param name="Payload">The signed bytes.</param>
/// <param name="Signatures">By key id.</param>
public sealed record SignedEnvelope(
    string PayloadType, ReadOnlyMemory<byte> Payload, ImmutableArray<SignedEnvelope.Entry> Signatures)
{
    /// <summary>Signatures that one envelope may carry.</summary>
    public const int MostSignatures = 4;

    private const string Subject = "signed envelope";

    /// <summary>What chains refer to: the digest of the payload, which a countersignature does not change.</summary>
    public Digest PayloadDigest => Digest.Of(Payload.Span);

    /// <summary>The bytes that are signed: DSSE's pre-authentication encoding.</summary>
    public static byte[] SignedBytes(string payloadType, ReadOnlySpan<byte> payload)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ");
        return [.. Encoding.UTF8.GetBytes(head), .. payload];
    }

    public static SignedEnvelope Sign(string payloadType, byte[] payload, PrivateIdentity signer) =>
        new SignedEnvelope(payloadType, payload, []).WithSignatureOf(signer);

    public static string KeyIdOf(PublicIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Convert.ToHexStringLower(identity.Digest);
    }

    /// <summary>The same with one signature more.</summary>
    public SignedEnvelope WithSignatureOf(PrivateIdentity signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return this with
        {
            Signatures =
            [
                .. Signatures, new Entry(KeyIdOf(signer.Public), signer.Sign(SignedBytes(PayloadType, Payload.Span))),
            ],
        };
    }

    /// <summary>Whether this identity's signature is in it and holds.</summary>
    public bool IsSignedBy(PublicIdentity identity)
    {
        string keyId = KeyIdOf(identity);
        byte[] signed = SignedBytes(PayloadType, Payload.Span);
        return Signatures.Any(entry => entry.KeyId == keyId && identity.Verify(signed, entry.Signature.Span));
    }

    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("payloadType", PayloadType);
            json.WriteBase64String("payload", Payload.Span);
            json.WriteStartArray("signatures");
            foreach (Entry entry in Signatures)
            {
                json.WriteStartObject();
                json.WriteString("keyid", entry.KeyId);
                json.WriteBase64String("sig", entry.Signature.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <exception cref="MalformedDataException">The bytes are no envelope.</exception>
    public static SignedEnvelope FromJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.ToArray());
            JsonElement signatures = document.RootElement.GetProperty("signatures");
            if (signatures.GetArrayLength() > MostSignatures)
            {
                throw new MalformedDataException(
                    Subject, 0, $"at most {MostSignatures} signatures", $"{signatures.GetArrayLength()}");
            }

            return new SignedEnvelope(
                document.RootElement.GetProperty("payloadType").GetString() ?? string.Empty,
                document.RootElement.GetProperty("payload").GetBytesFromBase64(),
                [
                    .. signatures.EnumerateArray().Select(entry => new Entry(
                        entry.GetProperty("keyid").GetString() ?? string.Empty, entry.GetProperty("sig").GetBytesFromBase64())),
                ]);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException)
        {
            throw new MalformedDataException(Subject, 0, "a DSSE envelope", exception.Message);
        }
    }

    /// <summary>One signature.</summary>
    public sealed record Entry(string KeyId, ReadOnlyMemory<byte> Signature);
}
