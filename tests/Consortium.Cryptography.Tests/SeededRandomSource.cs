using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests;

/// <summary>Expands a 32-byte seed by AES-256-CTR, for reproducible vectors.</summary>
internal sealed class SeededRandomSource : RandomSource, IDisposable
{
    private readonly AesCounterStream _stream;
    private readonly byte[] _block = new byte[AesCounterStream.BlockBytes];
    private ulong _calls;

    /// <param name="seed">32 bytes.</param>
    public SeededRandomSource(ReadOnlySpan<byte> seed) => _stream = new AesCounterStream(seed);

    /// <summary>Each call draws from a stream of its own, so the bytes depend on the sequence of lengths asked for.</summary>
    public override void Fill(Span<byte> destination)
    {
        int whole = destination.Length / AesCounterStream.BlockBytes * AesCounterStream.BlockBytes;
        ulong call = _calls++;
        _stream.Fill(call, 0, 0, destination[..whole]);
        if (whole < destination.Length)
        {
            _stream.Fill(call, 1, 0, _block);
            _block.AsSpan(0, destination.Length - whole).CopyTo(destination[whole..]);
        }
    }

    public void Dispose() => _stream.Dispose();
}
