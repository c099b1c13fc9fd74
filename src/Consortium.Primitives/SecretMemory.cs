using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Consortium.Primitives;

/// <summary>
/// Memory for a secret. The collector never moves it, so it leaves no copy behind, and <see cref="Dispose"/> erases it. Zero at
/// first.
/// </summary>
/// <remarks>Pages may be swapped out: encrypt swap space, or have none. Not safe for several threads at once.</remarks>
public sealed class SecretMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly T[] _array;
    private bool _disposed;

    public SecretMemory(int length) => _array = GC.AllocateArray<T>(length, pinned: true);

    public int Length => _array.Length;

    /// <summary>The secret, to read and to write.</summary>
    /// <exception cref="ObjectDisposedException">It was erased.</exception>
    public Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _array;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_array.AsSpan()));
    }

    public override string ToString() => "SecretMemory(redacted)";
}
