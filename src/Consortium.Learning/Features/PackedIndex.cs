using System.Numerics;
using System.Runtime.CompilerServices;

namespace Consortium.Learning.Features;

/// <summary>
/// Open-addressing map from a 64-bit key to a slot number; linear probing, at most half full. Keys are never
/// <see cref="Empty"/>.
/// </summary>
internal sealed class PackedIndex
{
    public const ulong Empty = ulong.MaxValue;

    private const int MinimumCapacity = 16;
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private ulong[] _keys = [];
    private int[] _slots = [];
    private int _shift;

    public PackedIndex() => Allocate(MinimumCapacity);

    public int Count { get; private set; }

    public long Bytes => _keys.Length * (sizeof(ulong) + sizeof(int));

    /// <summary>The slot of <paramref name="key"/>, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong key)
    {
        ulong[] keys = _keys;
        uint at = (uint)((key * GoldenRatio) >> _shift);
        while (true)
        {
            ulong found = keys[at];
            if (found == key)
            {
                return _slots[at];
            }

            if (found == Empty)
            {
                return -1;
            }

            at = (at + 1) & (uint)(keys.Length - 1);
        }
    }

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(ulong key, int slot)
    {
        if ((Count + 1) * 2 > _keys.Length)
        {
            Rehash(_keys.Length * 2);
        }

        Place(key, slot);
        Count++;
    }

    /// <summary>Forgets every key and makes room for <paramref name="count"/> of them.</summary>
    public void Reset(int count)
    {
        Count = 0;
        Allocate(Math.Max(MinimumCapacity, (int)BitOperations.RoundUpToPowerOf2((uint)count * 2 + 1)));
    }

    private void Rehash(int capacity)
    {
        (ulong[] keys, int[] slots) = (_keys, _slots);
        Allocate(capacity);
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] != Empty)
            {
                Place(keys[i], slots[i]);
            }
        }
    }

    private void Allocate(int capacity)
    {
        _keys = new ulong[capacity];
        _slots = new int[capacity];
        _shift = 64 - BitOperations.Log2((uint)capacity);
        Array.Fill(_keys, Empty);
    }

    private void Place(ulong key, int slot)
    {
        uint at = (uint)((key * GoldenRatio) >> _shift);
        while (_keys[at] != Empty)
        {
            at = (at + 1) & (uint)(_keys.Length - 1);
        }

        _keys[at] = key;
        _slots[at] = slot;
    }
}
