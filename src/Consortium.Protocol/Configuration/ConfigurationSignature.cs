using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Consortium.Cryptography.Identity;

namespace Consortium.Protocol.Configuration;

/// <summary>
/// The operator's word that this is the configuration, apart from the file and beside it. It proves that the operator named in
/// the file
/// saw this digest; that this operator is the right one is what comparing fingerprints is for.
/// </summary>
public sealed record ConfigurationSignature
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The digest that was signed, in hexadecimal.</summary>
    public required string Digest { get; init; }

    /// <summary>The operator's name in the consortium.</summary>
    public required string SignedBy { get; init; }

    /// <summary>Base64.</summary>
    public required string Signature { get; init; }

    public static ConfigurationSignature Create(ConsortiumConfiguration configuration, PrivateIdentity sessionOperator) => new()
    {
        Digest = configuration.Digest.ToString(),
        SignedBy = configuration.Operator.Id.Name,
        Signature = Convert.ToBase64String(sessionOperator.Sign(SignedBytes(configuration.Digest.ToString()))),
    };

    /// <exception cref="InvalidConfigurationException">It is none.</exception>
    public static ConfigurationSignature Parse(string file, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<ConfigurationSignature>(json, Json) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidConfigurationException(
                file,
                [new Problem(exception.Path ?? "$", $"{exception.Message} Have the operator sign again: `consortium sign`.")]);
        }
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    /// <returns>What is wrong with it, or null when the configuration's operator signed this configuration.</returns>
    public string? Objection(ConsortiumConfiguration configuration)
    {
        byte[] signature = new byte[HybridSignature.Length];
        return Digest != configuration.Digest.ToString()
            ? $"The signature is over digest {Digest}, and the file's is {configuration.Digest}: it was changed since. Have "
                + $"the operator sign again, or get the file that was signed."
            : !Convert.TryFromBase64String(Signature, signature, out int length) || length != signature.Length
              || !configuration.Operator.Identity.Verify(SignedBytes(Digest), signature)
            ? $"The signature is not of {configuration.Operator.Id}, the operator in the file: trust neither, and ask the "
                + $"operator on another channel."
            : null;
    }

    private static byte[] SignedBytes(string digest) =>
        Encoding.ASCII.GetBytes($"consortium/1/configuration-signature\n{digest}");
}
