using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// A public identity as text that a person can mail, print and look at: name and fingerprint in words, then the canonical bytes
/// as PEM (RFC 7468). Who receives it compares the fingerprint by voice.
/// </summary>
public static class IdentityDocument
{
    /// <summary>The longest text that <see cref="Read"/> looks at.</summary>
    public const int MaximumLength = 16384;

    private const string Subject = "identity document";
    private const string PemLabel = "CONSORTIUM PUBLIC IDENTITY";
    private const string NameField = "Identity name:";
    private const string FingerprintField = "Identity fingerprint:";

    public static string Write(PublicIdentity identity) =>
        $"""
        Public identity of a consortium's member
        {NameField} {identity.Name}
        {FingerprintField} {identity.Fingerprint}

        {PemEncoding.WriteString(PemLabel, identity.Encode())}

        """;

    /// <summary>
    /// Reads a document; other text around it, such as a mail's, is skipped. A name or fingerprint written in front that is not that of
    /// the keys inside is refused, for a person may have trusted it.
    /// </summary>
    /// <exception cref="MalformedDataException">No identity inside, or one that contradicts the text.</exception>
    public static PublicIdentity Read(ReadOnlySpan<char> document)
    {
        if (document.Length > MaximumLength)
        {
            throw new MalformedDataException(Subject, MaximumLength, $"at most {MaximumLength} characters", $"{document.Length}");
        }

        if (!PemEncoding.TryFind(document, out PemFields fields) || !document[fields.Label].SequenceEqual(PemLabel))
        {
            throw new MalformedDataException(Subject, 0, $"-----BEGIN {PemLabel}-----", "none");
        }

        byte[] bytes = new byte[fields.DecodedDataLength];
        Convert.TryFromBase64Chars(document[fields.Base64Data], bytes, out int written);
        PublicIdentity identity = PublicIdentity.Decode(bytes.AsSpan(0, written));
        CheckText(document[..fields.Location.Start.Value], identity);
        return identity;
    }

    private static void CheckText(ReadOnlySpan<char> text, PublicIdentity identity)
    {
        foreach (Range range in text.Split('\n'))
        {
            ReadOnlySpan<char> line = text[range].Trim();
            if (line.StartsWith(NameField) && !line[NameField.Length..].Trim().SequenceEqual(identity.Name))
            {
                throw new MalformedDataException(Subject, range.Start.Value, $"{NameField} {identity.Name}", "another name than the keys'");
            }

            if (line.StartsWith(FingerprintField) && Fingerprint.Parse(line[FingerprintField.Length..]) != identity.Fingerprint)
            {
                throw new MalformedDataException(
                    Subject, range.Start.Value, $"{FingerprintField} {identity.Fingerprint}", "another fingerprint than the keys'");
            }
        }
    }
}
