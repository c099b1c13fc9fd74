using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// A stream of uniform elements of F_65521: the 16-bit words of AES-256-CTR under a drawn or a public seed, those of 65521 and
/// above skipped.
/// </summary>
internal sealed class UniformElements : IDisposable
{
    private const int SeedLength = 32;
    private const int BlockLength = 16;
    private const int BufferLength = 4096;

    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _counters = new byte[BufferLength];
    private readonly byte[] _keyStream = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    private ulong _counter;
    private int _used = BufferLength;

    public UniformElements(RandomNumberGenerator random)
    {
        Span<byte> seed = stackalloc byte[SeedLength];
        random.GetBytes(seed);
        _aes.SetKey(seed);
        CryptographicOperations.ZeroMemory(seed);
    }

    /// <param name="seed">32 bytes. The same seed gives the same elements.</param>
    public UniformElements(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength, nameof(seed));
        _aes.SetKey(seed);
    }

    /// <remarks>Time depends on which words are skipped, and these say nothing of the words that are kept.</remarks>
    public void Fill(Span<ushort> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == BufferLength)
            {
                Refill();
            }

            ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(_keyStream.AsSpan(_used));
            int skipped = words.IndexOfAnyInRange((ushort)ShareField.P, ushort.MaxValue);
            int taken = Math.Min(skipped < 0 ? words.Length : skipped, destination.Length);
            words[..taken].CopyTo(destination);
            destination = destination[taken..];
            _used += sizeof(ushort) * (taken == skipped ? taken + 1 : taken);
        }
    }

    public void Dispose()
    {
        _aes.Dispose();
        CryptographicOperations.ZeroMemory(_keyStream);
    }

    private void Refill()
    {
        for (int i = 0; i < BufferLength; i += BlockLength)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_counters.AsSpan(i), _counter++);
        }

        _aes.EncryptEcb(_counters, _keyStream, PaddingMode.None);
        _used = 0;
    }
}
