using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>SEAL's SecretKey: the transform of the secret polynomial modulo every prime of the key level.</summary>
/// <remarks>Held in pinned memory and zeroed on dispose. Not thread-safe against its own disposal.</remarks>
internal sealed class SealSecretKey : ISealObject<SealSecretKey>, IDisposable
{
    private readonly ulong[] _words;
    private bool _disposed;

    /// <param name="parameters">The key level.</param>
    /// <param name="words">Residue prime * degree + i of the transform, copied; each below its prime.</param>
    /// <exception cref="ArgumentException">The words' count does not fit the parameters.</exception>
    public SealSecretKey(SealParameters parameters, ReadOnlySpan<ulong> words)
        : this((parameters ?? throw new ArgumentNullException(nameof(parameters))).Id, words.Length)
    {
        if (words.Length != (long)parameters.Primes.Length * parameters.Degree)
        {
            throw new ArgumentException(
                $"A key of {parameters.Primes.Length} x {parameters.Degree} words is needed; {words.Length} were given.",
                nameof(words));
        }

        words.CopyTo(_words);
    }

    private SealSecretKey(SealParametersId id, int count)
    {
        ParametersId = id;
        _words = GC.AllocateArray<ulong>(count, pinned: true);
    }

    public SealParametersId ParametersId { get; }

    public ReadOnlySpan<ulong> Words
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _words;
        }
    }

    public int ByteLength => SealPlaintextFormat.ByteLength(_words.Length);

    /// <inheritdoc/>
    public static SealSecretKey Read(ReadOnlySpan<byte> source, SealLimits limits)
    {
        SealReader reader = SealPlaintextFormat.ReadStart(source, nameof(SealSecretKey), limits, out var start);
        reader.Check(!start.ParametersId.IsZero, SealReader.HeaderLength, "the key level's parameters", 0);
        reader.Check(
            start.Scale == 1, SealReader.HeaderLength + 32 + sizeof(ulong), "a scale of 1",
            BitConverter.DoubleToUInt64Bits(start.Scale));
        var key = new SealSecretKey(start.ParametersId, start.Count);
        try
        {
            reader.ReadWords(key._words);
            reader.CheckEnd();
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(Span<byte> destination) => SealPlaintextFormat.Write(destination, ParametersId, 1, Words);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_words.AsSpan()));
        _disposed = true;
    }

    public override string ToString() => "SealSecretKey(redacted)";
}
