using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Consortium.Learning.Payments;

/// <summary>Numbers distinct texts, each within a scope, from 0 in order of first appearance.</summary>
/// <remarks>
/// Open addressing with linear probing. A slot of 32 bytes holds a text of up to 16 Latin-1 characters whole, so that one cache
/// line answers; longer texts are compared with their strings. The hash has a key of its own in every process, so nobody can
/// choose texts that collide. Readers may share it between threads while nobody adds.
/// </remarks>
internal sealed class TextIndex
{
    private const int LongestPacked = 16;
    private const int FirstSlots = 64;

    private static readonly ulong Key0 = RandomKey(), Key1 = RandomKey();

    private readonly List<string> _texts = [];
    private readonly List<int> _scopes = [];
    private Slot[] _slots = new Slot[FirstSlots];

    /// <summary>Number of texts; the last one's number is one less.</summary>
    public int Count => _texts.Count;

    /// <summary>The text with a number.</summary>
    public string this[int number] => _texts[number];

    public int ScopeOf(int number) => _scopes[number];

    /// <summary>The text's number, or -1.</summary>
    public int Find(int scope, ReadOnlySpan<char> text)
    {
        Slot key = KeyOf(scope, text);
        return _slots[PlaceOf(key, text)].Next - 1;
    }

    /// <summary>Has the processor fetch what the search will look at, while other work goes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe Search Begin(int scope, ReadOnlySpan<char> text)
    {
        var search = new Search(KeyOf(scope, text));
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref _slots[search.Hash & (_slots.Length - 1)]));
        }

        return search;
    }

    /// <summary>The number of the text that the search began with, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(in Search search, ReadOnlySpan<char> text) => _slots[PlaceOf(search.Key, search.Hash, text)].Next - 1;

    /// <summary>As above; a text that is not there is added, and only then memory is taken.</summary>
    public int Add(int scope, ReadOnlySpan<char> text)
    {
        Slot key = KeyOf(scope, text);
        int place = PlaceOf(key, text);
        if (_slots[place].Next > 0)
        {
            return _slots[place].Next - 1;
        }

        _texts.Add(text.ToString());
        _scopes.Add(scope);
        key.Next = _texts.Count;
        _slots[place] = key;
        if (_texts.Count > _slots.Length / 4 * 3)
        {
            Grow();
        }

        return key.Next - 1;
    }

    /// <summary>Forgets the text that was added last.</summary>
    public void RemoveLast()
    {
        int last = _texts.Count - 1, mask = _slots.Length - 1;
        int hole = PlaceOf(KeyOf(_scopes[last], _texts[last]), _texts[last]);
        for (int at = (hole + 1) & mask; _slots[at].Next > 0; at = (at + 1) & mask)
        {
            int home = HomeOf(_slots[at]);
            if (((at - home) & mask) >= ((at - hole) & mask))
            {
                _slots[hole] = _slots[at];
                hole = at;
            }
        }

        _slots[hole] = default;
        _texts.RemoveAt(last);
        _scopes.RemoveAt(last);
    }

    private static ulong RandomKey() => MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>
    /// What a slot holds of a text. Of two texts of one length, equal keys mean equal texts where the length is not negative.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Slot KeyOf(int scope, ReadOnlySpan<char> text)
    {
        var key = new Slot { Scope = scope, Length = text.Length };
        ref char first = ref MemoryMarshal.GetReference(text);
        if (text.Length is >= 8 and <= LongestPacked)
        {
            // The first eight and the last eight characters, which overlap in texts of fewer than sixteen.
            Vector128<ushort> start = Vector128.LoadUnsafe(ref Unsafe.As<char, ushort>(ref first)),
                end = Vector128.LoadUnsafe(ref Unsafe.As<char, ushort>(ref Unsafe.Add(ref first, text.Length - 8)));
            if (((start | end) & Vector128.Create((ushort)0xFF00)) == Vector128<ushort>.Zero)
            {
                Vector128<ulong> packed = Vector128.Narrow(start, end).AsUInt64();
                (key.Low, key.High) = (packed[0], packed[1]);
                return key;
            }
        }
        else if (text.Length is >= 4 and < 8)
        {
            key.Low = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<char, byte>(ref first));
            key.High = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<char, byte>(ref Unsafe.Add(ref first, text.Length - 4)));
            return key;
        }
        else if (text.Length < 4)
        {
            foreach (char character in text)
            {
                key.Low = (key.Low << 16) | character;
            }

            return key;
        }

        return LongKeyOf(key, text);
    }

    /// <summary>Two hashes of the text, which has at least eight characters, stand for it; the string decides.</summary>
    private static Slot LongKeyOf(Slot key, ReadOnlySpan<char> text)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(text), end = bytes[^16..];
        ulong low = Key0, high = Key1;
        for (; bytes.Length > 0; bytes = bytes.Length >= 16 ? bytes[16..] : [])
        {
            ReadOnlySpan<byte> block = bytes.Length >= 16 ? bytes : end;
            low = Fold(low ^ MemoryMarshal.Read<ulong>(block), Key1 ^ MemoryMarshal.Read<ulong>(block[8..]));
            high = BitOperations.RotateLeft(high, 23) ^ low;
        }

        key.Low = low;
        key.High = high;
        key.Length = ~text.Length;
        return key;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    /// <summary>Where the text is, or the empty slot where it belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(in Slot key, ReadOnlySpan<char> text) => PlaceOf(key, HashOf(key), text);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(in Slot key, int hash, ReadOnlySpan<char> text)
    {
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        for (int place = hash & mask; ; place = (place + 1) & mask)
        {
            ref Slot slot = ref slots[place];
            if (slot.Next == 0
                || (slot.Low == key.Low && slot.High == key.High && slot.Scope == key.Scope && slot.Length == key.Length
                    && (key.Length >= 0 || text.SequenceEqual(_texts[slot.Next - 1]))))
            {
                return place;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HashOf(in Slot key) =>
        (int)Fold(key.Low ^ Key0, key.High ^ Key1 ^ ((ulong)(uint)key.Scope << 32 | (uint)key.Length));

    private int HomeOf(in Slot key) => HashOf(key) & (_slots.Length - 1);

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        int mask = _slots.Length - 1;
        foreach (ref readonly Slot slot in old.AsSpan())
        {
            if (slot.Next > 0)
            {
                int place = HomeOf(slot);
                while (_slots[place].Next > 0)
                {
                    place = (place + 1) & mask;
                }

                _slots[place] = slot;
            }
        }
    }

    /// <summary>A text whose place is on its way from memory; holds until a text is added.</summary>
    internal readonly struct Search(Slot key)
    {
        internal readonly Slot Key = key;
        internal readonly int Hash = HashOf(key);
    }

    internal struct Slot
    {
        public ulong Low;
        public ulong High;
        public int Scope;

        /// <summary>Of the text; its complement where <see cref="Low"/> and <see cref="High"/> are hashes.</summary>
        public int Length;

        /// <summary>The text's number and one; 0 in an empty slot.</summary>
        public int Next;
    }
}
