using System.Security.Cryptography;
using Org.BouncyCastle.Security;

namespace Consortium.Cryptography.Identity;

/// <summary>Hands the caller's randomness to BouncyCastle, in place of its own generator.</summary>
internal sealed class DrawnRandom(RandomNumberGenerator random) : SecureRandom(null)
{
    public override void NextBytes(byte[] buf) => random.GetBytes(buf);

    public override void NextBytes(byte[] buf, int off, int len) => random.GetBytes(buf, off, len);

    public override void NextBytes(Span<byte> buffer) => random.GetBytes(buffer);
}
