using System.Security.Cryptography;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// Where secret randomness comes from. Production wires <see cref="OperatingSystem"/>; tests and checked-in vectors a seeded one.
/// </summary>
public abstract class RandomSource
{
    /// <summary>The operating system's cryptographic generator. Thread-safe.</summary>
    public static RandomSource OperatingSystem { get; } = new OperatingSystemRandomSource();

    /// <summary>Fills the whole span with uniform bytes.</summary>
    public abstract void Fill(Span<byte> destination);

    private sealed class OperatingSystemRandomSource : RandomSource
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }
}
