using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Ring;

/// <summary>
/// Words on a 64-byte boundary that the collector never moves: full-width loads stay within a cache line, and zeroing leaves no
/// copy.
/// </summary>
internal sealed class AlignedWords
{
    private const int AlignmentBytes = 64;
    private readonly uint[] _array;
    private readonly int _offset;
    private readonly int _length;

    public AlignedWords(int length)
        : this(length, GC.AllocateArray<uint>(length + (AlignmentBytes / sizeof(uint)), pinned: true))
    {
    }

    private AlignedWords(int length, uint[] array)
    {
        _array = array;
        nint address;
        unsafe
        {
            address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        }

        _offset = (int)((AlignmentBytes - (address % AlignmentBytes)) % AlignmentBytes) / sizeof(uint);
        _length = length;
    }

    /// <summary>Words that hold anything: for whoever writes all of them before reading any.</summary>
    public static AlignedWords Uninitialized(int length) =>
        new(length, GC.AllocateUninitializedArray<uint>(length + (AlignmentBytes / sizeof(uint)), pinned: true));

    public Span<uint> Span => _array.AsSpan(_offset, _length);

    public void Zero() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_array.AsSpan()));
}
