using System.Security.Cryptography;
using System.Text;

namespace Consortium.Hosting.RabbitMq;

/// <summary>RabbitMQ's salted SHA-256 password hash: base64 of a 4-byte salt and SHA-256(salt, UTF-8 password).</summary>
public static class BrokerPassword
{
    public const int SaltLength = 4;

    /// <summary>
    /// The broker hashes once, which does not slow a guesser down: give the daemons drawn passwords, not chosen ones.
    /// </summary>
    public static string Hash(string password, ReadOnlySpan<byte> salt)
    {
        if (salt.Length != SaltLength)
        {
            throw new ArgumentException($"The salt has {salt.Length} bytes; RabbitMQ takes {SaltLength}.", nameof(salt));
        }

        byte[] salted = [.. salt, .. Encoding.UTF8.GetBytes(password)];
        return Convert.ToBase64String([.. salt, .. SHA256.HashData(salted)]);
    }
}
