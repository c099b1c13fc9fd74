using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// A chunk on the wire: <see cref="ChunkHeader"/>, then 27 bits for each of 4 * 4096 residues, 55,312 bytes in all.
/// </summary>
/// <remarks>
/// Residues are packed column-wise, so that whole vectors are shifted and no bits cross lanes: of each 512 consecutive residues
/// of a prime, residue 16r + l is bits 27r to 27r + 26 of column l, and the 27 little-endian 32-bit words of the 16 columns
/// follow row by row (word w of column l at 4 * (16w + l)). Primes in order; 13,824 bytes each.
/// </remarks>
public static class WireChunk
{
    /// <summary>Residues of a prime, packed.</summary>
    internal const int PrimeBytes = RnsBasis.Degree * Modulus.Bits / 8;

    /// <summary>Bytes of a chunk.</summary>
    public const int Size = ChunkHeader.Size + (RnsBasis.PrimeCount * PrimeBytes);

    private const int Columns = 16;
    private const int Rows = 32;
    private const int BlockWords = Columns * Modulus.Bits;
    private const uint Mask = (1u << Modulus.Bits) - 1;

    /// <summary>
    /// Reads a chunk of one or more summands as the polynomial (c_k) it carries, for checks and second opinions.
    /// </summary>
    /// <exception cref="MalformedDataException">
    /// The header does not fit the layout, or a residue is not below its prime.
    /// </exception>
    public static Polynomial<Ntt> ReadPolynomial(ReadOnlySpan<byte> wire, SlotLayout layout, out ChunkHeader header)
    {
        header = ChunkHeader.Read(wire, layout);
        var polynomial = new Polynomial<Ntt>();
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Unpack(wire, prime, polynomial.WritableResidues(prime), InstructionSets.Best);
        }

        return polynomial;
    }

    /// <summary>Packs canonical residues of one prime into their place in <paramref name="wire"/>.</summary>
    internal static void Pack(ReadOnlySpan<uint> residues, Span<byte> wire, int prime, InstructionSet set)
    {
        Debug.Assert(wire.Length == Size);
        PackPrime(residues, wire.Slice(ChunkHeader.Size + (prime * PrimeBytes), PrimeBytes), set);
    }

    /// <summary>Packs canonical residues of one prime into <see cref="PrimeBytes"/> bytes.</summary>
    internal static void PackPrime(ReadOnlySpan<uint> residues, Span<byte> destination, InstructionSet set)
    {
        Debug.Assert(residues.Length == RnsBasis.Degree && destination.Length == PrimeBytes && BitConverter.IsLittleEndian);
        Span<uint> packed = MemoryMarshal.Cast<byte, uint>(destination);
        switch (set)
        {
            case InstructionSet.Avx512:
                Pack<Lanes512, Vector512<uint>>(residues, packed);
                break;
            case InstructionSet.Avx2:
                Pack<Lanes256, Vector256<uint>>(residues, packed);
                break;
            case InstructionSet.Vector128:
                Pack<Lanes128, Vector128<uint>>(residues, packed);
                break;
            default:
                PackReference(residues, packed);
                break;
        }
    }

    /// <summary>Unpacks the residues of one prime over <paramref name="residues"/>.</summary>
    /// <exception cref="MalformedDataException">A residue is not below its prime.</exception>
    internal static void Unpack(ReadOnlySpan<byte> wire, int prime, Span<uint> residues, InstructionSet set)
    {
        residues.Clear();
        Accumulate(wire, prime, residues, set);
    }

    /// <summary>Adds the residues of one prime to lazily summed words. Nothing is added when one of them is rejected.</summary>
    /// <param name="sums">Words that stay below 2^32 with one residue more.</param>
    /// <exception cref="MalformedDataException">A residue is not below its prime.</exception>
    internal static void Accumulate(ReadOnlySpan<byte> wire, int prime, Span<uint> sums, InstructionSet set)
    {
        Debug.Assert(sums.Length == RnsBasis.Degree && wire.Length == Size && BitConverter.IsLittleEndian);
        ReadOnlySpan<uint> packed = MemoryMarshal.Cast<byte, uint>(
            wire.Slice(ChunkHeader.Size + (prime * PrimeBytes), PrimeBytes));
        uint modulus = RnsBasis.ModulusSpan[prime].Value;
        if (AccumulatePrime(packed, sums, set) >= modulus)
        {
            Withdraw(packed, sums);
            Reject(packed, prime, modulus);
        }
    }

    /// <summary>Adds the packed residues of one prime, whatever they are, and returns the largest of them.</summary>
    internal static uint AccumulatePrime(ReadOnlySpan<uint> packed, Span<uint> sums, InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => Accumulate<Lanes512, Vector512<uint>>(packed, sums),
        InstructionSet.Avx2 => Accumulate<Lanes256, Vector256<uint>>(packed, sums),
        InstructionSet.Vector128 => Accumulate<Lanes128, Vector128<uint>>(packed, sums),
        _ => AccumulateReference(packed, sums),
    };

    private static void Pack<TLanes, TVector>(ReadOnlySpan<uint> residues, Span<uint> packed)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref uint source = ref MemoryMarshal.GetReference(residues);
        ref uint target = ref MemoryMarshal.GetReference(packed);
        for (int block = 0; block < RnsBasis.Degree / (Columns * Rows); block++)
        {
            for (int column = 0; column < Columns; column += TLanes.Count)
            {
                int read = (block * Columns * Rows) + column;
                int write = (block * BlockWords) + column;
                TVector word = TLanes.Load(ref source, read);
                int filled = Modulus.Bits;
                for (int row = 1; row < Rows; row++)
                {
                    read += Columns;
                    TVector residue = TLanes.Load(ref source, read);
                    word = TLanes.Or(word, TLanes.ShiftLeft(residue, filled));
                    if (filled + Modulus.Bits >= 32)
                    {
                        TLanes.Store(word, ref target, write);
                        write += Columns;

                        // When nothing is left over the shift is by all 27 bits, and the next word starts empty.
                        word = TLanes.ShiftRight(residue, 32 - filled);
                        filled += Modulus.Bits - 32;
                    }
                    else
                    {
                        filled += Modulus.Bits;
                    }
                }
            }
        }
    }

    /// <summary>Adds every residue to its sum and returns the largest residue.</summary>
    private static uint Accumulate<TLanes, TVector>(ReadOnlySpan<uint> packed, Span<uint> sums)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref uint source = ref MemoryMarshal.GetReference(packed);
        ref uint target = ref MemoryMarshal.GetReference(sums);
        TVector mask = TLanes.Broadcast(Mask);
        TVector largest = TLanes.Broadcast(0);
        for (int block = 0; block < RnsBasis.Degree / (Columns * Rows); block++)
        {
            for (int column = 0; column < Columns; column += TLanes.Count)
            {
                int read = (block * BlockWords) + column;
                int write = (block * Columns * Rows) + column;
                TVector word = TLanes.Load(ref source, read);
                int used = 0;
                for (int row = 0; row < Rows; row++)
                {
                    TVector residue = TLanes.ShiftRight(word, used);
                    used += Modulus.Bits;
                    if (used > 32)
                    {
                        read += Columns;
                        word = TLanes.Load(ref source, read);
                        used -= 32;
                        residue = TLanes.Or(residue, TLanes.ShiftLeft(word, Modulus.Bits - used));
                    }

                    residue = TLanes.And(residue, mask);
                    largest = TLanes.Max(largest, residue);
                    TLanes.Store(TLanes.Add(TLanes.Load(ref target, write), residue), ref target, write);
                    write += Columns;
                }
            }
        }

        Span<uint> lanes = stackalloc uint[TLanes.Count];
        TLanes.Store(largest, ref MemoryMarshal.GetReference(lanes), 0);
        uint result = 0;
        foreach (uint lane in lanes)
        {
            result = Math.Max(result, lane);
        }

        return result;
    }

    private static void PackReference(ReadOnlySpan<uint> residues, Span<uint> packed)
    {
        packed.Clear();
        for (int i = 0; i < residues.Length; i++)
        {
            (int word, int bit) = Position(i);
            packed[word] |= residues[i] << bit;
            if (bit + Modulus.Bits > 32)
            {
                packed[word + Columns] |= residues[i] >> (32 - bit);
            }
        }
    }

    private static uint AccumulateReference(ReadOnlySpan<uint> packed, Span<uint> sums)
    {
        uint largest = 0;
        for (int i = 0; i < sums.Length; i++)
        {
            uint residue = Residue(packed, i);
            largest = Math.Max(largest, residue);
            sums[i] += residue;
        }

        return largest;
    }

    /// <summary>
    /// Takes back what <see cref="Accumulate(ReadOnlySpan{byte}, int, Span{uint}, InstructionSet)"/> added: lazy sums are plain
    /// integers.
    /// </summary>
    internal static void Withdraw(ReadOnlySpan<byte> wire, int prime, Span<uint> sums) =>
        Withdraw(MemoryMarshal.Cast<byte, uint>(wire.Slice(ChunkHeader.Size + (prime * PrimeBytes), PrimeBytes)), sums);

    private static void Withdraw(ReadOnlySpan<uint> packed, Span<uint> sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] -= Residue(packed, i);
        }
    }

    private static void Reject(ReadOnlySpan<uint> packed, int prime, uint modulus)
    {
        for (int i = 0; ; i++)
        {
            uint residue = Residue(packed, i);
            if (residue >= modulus)
            {
                (int word, _) = Position(i);
                throw new MalformedDataException(
                    "chunk", ChunkHeader.Size + (prime * PrimeBytes) + (word * sizeof(uint)),
                    $"residue {i} below prime {modulus}", $"{residue}");
            }
        }
    }

    private static uint Residue(ReadOnlySpan<uint> packed, int index)
    {
        (int word, int bit) = Position(index);
        uint residue = packed[word] >> bit;
        if (bit + Modulus.Bits > 32)
        {
            residue |= packed[word + Columns] << (32 - bit);
        }

        return residue & Mask;
    }

    private static (int Word, int Bit) Position(int index)
    {
        int block = index / (Columns * Rows), row = index / Columns % Rows, column = index % Columns;
        int bits = row * Modulus.Bits;
        return ((block * BlockWords) + (bits / 32 * Columns) + column, bits % 32);
    }
}
