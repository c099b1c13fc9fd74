using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>The transforms for one instruction set. In place, allocation-free; 4096 words of one prime.</summary>
/// <remarks>
/// Butterflies multiply by Shoup's method: with w' = floor(w * 2^32 / q), w*y - q*floor(w'*y / 2^32) lies in [0, 2q) for every
/// 32-bit y. A forward level thus adds at most 2q to a word, and 12 levels keep inputs below 7q under 31q &lt; 2^32: nothing is
/// reduced until the end (Harvey 2014 carries the same idea with 64-bit words and one reduction a level). The inverse doubles
/// instead, and folds a quarter of the words after each pair of levels. A fold is x = (x &gt;&gt; 27) * (2^27 - q) + (x mod 2^27)
/// &lt; 1.1q. Levels whose partners share a vector first exchange lanes (<see cref="ILanes{TVector}.Split"/>), with twiddles laid
/// out to match.
/// </remarks>
internal static class NttKernel<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private const int Degree = RnsBasis.Degree;

    private static readonly int Steps = int.Log2(TLanes.Count);

    /// <summary>
    /// Pairs of levels before the last <see cref="Steps"/> leave one over when the lane count is 8: it runs on whole vectors.
    /// </summary>
    private static readonly bool HasWholeVectorLevel = ((RnsBasis.LogDegree - Steps) & 1) != 0;

    private static readonly LaneTwiddles[] OfBasis =
        [.. Enumerable.Range(0, RnsBasis.PrimeCount).Select(prime => new LaneTwiddles(NttTables.For(prime)))];

    /// <summary>
    /// Coefficients below 7q to evaluations congruent modulo q and below (bound + 24)q, where bound * q bounds the input.
    /// </summary>
    public static void ForwardLazy(Span<uint> words, int prime)
    {
        Debug.Assert(words.Length == Degree);
        NttTables tables = NttTables.For(prime);
        ref uint w = ref MemoryMarshal.GetReference(words);
        ref uint roots = ref MemoryMarshal.GetArrayDataReference(tables.Roots);
        ref uint quotients = ref MemoryMarshal.GetArrayDataReference(tables.RootQuotients);
        TVector q = TLanes.Broadcast(tables.Modulus.Value);
        TVector twoQ = TLanes.Broadcast(2 * tables.Modulus.Value);

        int m = 1;
        int smallest = HasWholeVectorLevel ? 2 * TLanes.Count : TLanes.Count;
        for (int distance = Degree / 2; distance > smallest; distance >>= 2, m <<= 2)
        {
            int half = distance >> 1;
            for (int block = 0; block < m; block++)
            {
                TVector w1 = TLanes.Broadcast(Unsafe.Add(ref roots, m + block));
                TVector p1 = TLanes.Broadcast(Unsafe.Add(ref quotients, m + block));
                TVector w2 = TLanes.Broadcast(Unsafe.Add(ref roots, 2 * (m + block)));
                TVector p2 = TLanes.Broadcast(Unsafe.Add(ref quotients, 2 * (m + block)));
                TVector w3 = TLanes.Broadcast(Unsafe.Add(ref roots, (2 * (m + block)) + 1));
                TVector p3 = TLanes.Broadcast(Unsafe.Add(ref quotients, (2 * (m + block)) + 1));
                int start = 2 * distance * block;
                for (int i = start; i < start + half; i += TLanes.Count)
                {
                    TVector x0 = TLanes.Load(ref w, i);
                    TVector x1 = TLanes.Load(ref w, i + half);
                    TVector x2 = TLanes.Load(ref w, i + distance);
                    TVector x3 = TLanes.Load(ref w, i + distance + half);
                    Forward(ref x0, ref x2, w1, p1, q, twoQ);
                    Forward(ref x1, ref x3, w1, p1, q, twoQ);
                    Forward(ref x0, ref x1, w2, p2, q, twoQ);
                    Forward(ref x2, ref x3, w3, p3, q, twoQ);
                    TLanes.Store(x0, ref w, i);
                    TLanes.Store(x1, ref w, i + half);
                    TLanes.Store(x2, ref w, i + distance);
                    TLanes.Store(x3, ref w, i + distance + half);
                }
            }
        }

        ref uint lane = ref MemoryMarshal.GetReference(OfBasis[prime].Forward.Span);
        int at = 0;
        for (int i = 0; i < Degree; i += 2 * TLanes.Count, m++)
        {
            TVector x = TLanes.Load(ref w, i);
            TVector y = TLanes.Load(ref w, i + TLanes.Count);
            if (HasWholeVectorLevel)
            {
                Forward(
                    ref x, ref y, TLanes.Broadcast(Unsafe.Add(ref roots, m)), TLanes.Broadcast(Unsafe.Add(ref quotients, m)), q,
                    twoQ);
            }

            TLanes.Split(0, ref x, ref y);
            Forward(ref x, ref y, TLanes.Load(ref lane, at), TLanes.Load(ref lane, at + TLanes.Count), q, twoQ);
            TLanes.Split(1, ref x, ref y);
            Forward(
                ref x, ref y, TLanes.Load(ref lane, at + (2 * TLanes.Count)), TLanes.Load(ref lane, at + (3 * TLanes.Count)), q,
                twoQ);
            at += 4 * TLanes.Count;
            if (Steps > 2)
            {
                TLanes.Split(2, ref x, ref y);
                Forward(ref x, ref y, TLanes.Load(ref lane, at), TLanes.Load(ref lane, at + TLanes.Count), q, twoQ);
                at += 2 * TLanes.Count;
            }

            if (Steps > 3)
            {
                TLanes.Split(3, ref x, ref y);
                Forward(ref x, ref y, TLanes.Load(ref lane, at), TLanes.Load(ref lane, at + TLanes.Count), q, twoQ);
                at += 2 * TLanes.Count;
                TLanes.Merge(3, ref x, ref y);
            }

            if (Steps > 2)
            {
                TLanes.Merge(2, ref x, ref y);
            }

            TLanes.Merge(1, ref x, ref y);
            TLanes.Merge(0, ref x, ref y);
            TLanes.Store(x, ref w, i);
            TLanes.Store(y, ref w, i + TLanes.Count);
        }
    }

    /// <summary>Reduces any 32-bit words to canonical residues.</summary>
    public static void Reduce(Span<uint> words, int prime)
    {
        Modulus modulus = RnsBasis.ModulusSpan[prime];
        TVector q = TLanes.Broadcast(modulus.Value);
        TVector complement = TLanes.Broadcast(modulus.Complement);
        ref uint w = ref MemoryMarshal.GetReference(words);
        for (int i = 0; i < words.Length; i += TLanes.Count)
        {
            TVector folded = Fold(TLanes.Load(ref w, i), complement);
            TLanes.Store(TLanes.Min(folded, TLanes.Subtract(folded, q)), ref w, i);
        }
    }

    /// <summary>Evaluations below 2q to canonical coefficients.</summary>
    public static void Inverse(Span<uint> words, int prime)
    {
        Debug.Assert(words.Length == Degree);
        NttTables tables = NttTables.For(prime);
        ref uint w = ref MemoryMarshal.GetReference(words);
        ref uint roots = ref MemoryMarshal.GetArrayDataReference(tables.InverseRoots);
        ref uint quotients = ref MemoryMarshal.GetArrayDataReference(tables.InverseRootQuotients);
        TVector q = TLanes.Broadcast(tables.Modulus.Value);
        TVector complement = TLanes.Broadcast(tables.Modulus.Complement);
        TVector twoQ = TLanes.Broadcast(2 * tables.Modulus.Value);

        ref uint lane = ref MemoryMarshal.GetReference(OfBasis[prime].Inverse.Span);
        int at = 0;
        int m = Degree / (2 * TLanes.Count);
        for (int i = 0; i < Degree; i += 2 * TLanes.Count, m++)
        {
            TVector x = TLanes.Load(ref w, i);
            TVector y = TLanes.Load(ref w, i + TLanes.Count);
            TLanes.Split(0, ref x, ref y);
            TLanes.Split(1, ref x, ref y);
            if (Steps > 2)
            {
                TLanes.Split(2, ref x, ref y);
            }

            TVector offset = twoQ;
            if (Steps > 3)
            {
                TLanes.Split(3, ref x, ref y);
                Inverse(ref x, ref y, TLanes.Load(ref lane, at), TLanes.Load(ref lane, at + TLanes.Count), q, offset);
                at += 2 * TLanes.Count;
                offset = TLanes.Add(offset, offset);
                TLanes.Merge(3, ref x, ref y);
            }

            if (Steps > 2)
            {
                Inverse(ref x, ref y, TLanes.Load(ref lane, at), TLanes.Load(ref lane, at + TLanes.Count), q, offset);
                at += 2 * TLanes.Count;
                offset = TLanes.Add(offset, offset);
                TLanes.Merge(2, ref x, ref y);
            }

            Inverse(ref x, ref y, TLanes.Load(ref lane, at), TLanes.Load(ref lane, at + TLanes.Count), q, offset);
            offset = TLanes.Add(offset, offset);
            TLanes.Merge(1, ref x, ref y);
            Inverse(
                ref x, ref y, TLanes.Load(ref lane, at + (2 * TLanes.Count)), TLanes.Load(ref lane, at + (3 * TLanes.Count)), q,
                offset);
            at += 4 * TLanes.Count;
            TLanes.Merge(0, ref x, ref y);
            if (HasWholeVectorLevel)
            {
                offset = TLanes.Add(offset, offset);
                Inverse(
                    ref x, ref y, TLanes.Broadcast(Unsafe.Add(ref roots, m)), TLanes.Broadcast(Unsafe.Add(ref quotients, m)), q,
                    offset);
            }

            // Merge left words that doubled at every level among those that were just multiplied: fold all.
            TLanes.Store(Fold(x, complement), ref w, i);
            TLanes.Store(Fold(y, complement), ref w, i + TLanes.Count);
        }

        TVector fourQ = TLanes.Add(twoQ, twoQ);
        TVector eightQ = TLanes.Add(fourQ, fourQ);
        m = HasWholeVectorLevel ? Degree / (8 * TLanes.Count) : Degree / (4 * TLanes.Count);
        for (int half = Degree / (4 * m); m > 1; half <<= 2, m >>= 2)
        {
            // Here m counts blocks of the second (outer) level of the pair; the inner level has twice as many.
            for (int block = 0; block < m; block++)
            {
                TVector w1 = TLanes.Broadcast(Unsafe.Add(ref roots, 2 * (m + block)));
                TVector p1 = TLanes.Broadcast(Unsafe.Add(ref quotients, 2 * (m + block)));
                TVector w2 = TLanes.Broadcast(Unsafe.Add(ref roots, (2 * (m + block)) + 1));
                TVector p2 = TLanes.Broadcast(Unsafe.Add(ref quotients, (2 * (m + block)) + 1));
                TVector w3 = TLanes.Broadcast(Unsafe.Add(ref roots, m + block));
                TVector p3 = TLanes.Broadcast(Unsafe.Add(ref quotients, m + block));
                int start = 4 * half * block;
                for (int i = start; i < start + half; i += TLanes.Count)
                {
                    TVector x0 = TLanes.Load(ref w, i);
                    TVector x1 = TLanes.Load(ref w, i + half);
                    TVector x2 = TLanes.Load(ref w, i + (2 * half));
                    TVector x3 = TLanes.Load(ref w, i + (3 * half));
                    Inverse(ref x0, ref x1, w1, p1, q, fourQ);
                    Inverse(ref x2, ref x3, w2, p2, q, fourQ);
                    Inverse(ref x0, ref x2, w3, p3, q, eightQ);
                    Inverse(ref x1, ref x3, w3, p3, q, fourQ);
                    TLanes.Store(Fold(x0, complement), ref w, i);
                    TLanes.Store(x1, ref w, i + half);
                    TLanes.Store(x2, ref w, i + (2 * half));
                    TLanes.Store(x3, ref w, i + (3 * half));
                }
            }
        }

        InverseLastPair(ref w, tables, q, fourQ, eightQ);
    }

    /// <summary>The two widest levels, with N^-1 folded into their factors and the result made canonical.</summary>
    private static void InverseLastPair(ref uint w, NttTables tables, TVector q, TVector fourQ, TVector eightQ)
    {
        const int Half = Degree / 4;
        Modulus modulus = tables.Modulus;
        TVector w1 = TLanes.Broadcast(tables.InverseRoots[2]);
        TVector p1 = TLanes.Broadcast(tables.InverseRootQuotients[2]);
        TVector w2 = TLanes.Broadcast(tables.InverseRoots[3]);
        TVector p2 = TLanes.Broadcast(tables.InverseRootQuotients[3]);
        TVector w3 = TLanes.Broadcast(tables.LastInverseRoot);
        TVector p3 = TLanes.Broadcast(modulus.ShoupQuotient(tables.LastInverseRoot));
        TVector n = TLanes.Broadcast(tables.InverseDegree);
        TVector np = TLanes.Broadcast(modulus.ShoupQuotient(tables.InverseDegree));
        for (int i = 0; i < Half; i += TLanes.Count)
        {
            TVector x0 = TLanes.Load(ref w, i);
            TVector x1 = TLanes.Load(ref w, i + Half);
            TVector x2 = TLanes.Load(ref w, i + (2 * Half));
            TVector x3 = TLanes.Load(ref w, i + (3 * Half));
            Inverse(ref x0, ref x1, w1, p1, q, fourQ);
            Inverse(ref x2, ref x3, w2, p2, q, fourQ);
            Inverse(ref x0, ref x2, w3, p3, q, eightQ);
            Inverse(ref x1, ref x3, w3, p3, q, fourQ);
            TLanes.Store(Canonical(Multiply(x0, n, np, q), q), ref w, i);
            TLanes.Store(Canonical(Multiply(x1, n, np, q), q), ref w, i + Half);
            TLanes.Store(Canonical(x2, q), ref w, i + (2 * Half));
            TLanes.Store(Canonical(x3, q), ref w, i + (3 * Half));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Multiply(TVector value, TVector factor, TVector quotient, TVector q) =>
        TLanes.Subtract(
            TLanes.MultiplyLow(value, factor),
            TLanes.MultiplyLow(TLanes.MultiplyHigh(value, quotient), q));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Canonical(TVector below2Q, TVector q) => TLanes.Min(below2Q, TLanes.Subtract(below2Q, q));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Fold(TVector value, TVector complement) =>
        TLanes.Add(
            TLanes.And(value, TLanes.Broadcast((1u << Modulus.Bits) - 1)),
            TLanes.MultiplyLow(TLanes.ShiftRight(value, Modulus.Bits), complement));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(ref TVector x, ref TVector y, TVector factor, TVector quotient, TVector q, TVector twoQ)
    {
        TVector product = Multiply(y, factor, quotient, q);
        y = TLanes.Subtract(TLanes.Add(x, twoQ), product);
        x = TLanes.Add(x, product);
    }

    /// <summary><paramref name="offset"/> is a multiple of q no smaller than y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inverse(ref TVector x, ref TVector y, TVector factor, TVector quotient, TVector q, TVector offset)
    {
        TVector difference = TLanes.Subtract(TLanes.Add(x, offset), y);
        x = TLanes.Add(x, y);
        y = Multiply(difference, factor, quotient, q);
    }

    /// <summary>
    /// Twiddles of the levels within a vector pair, in the order the kernel reads them: per pair and level, factors then
    /// quotients.
    /// </summary>
    private sealed class LaneTwiddles
    {
        public readonly AlignedWords Forward = new(Degree * Steps);
        public readonly AlignedWords Inverse = new(Degree * Steps);

        public LaneTwiddles(NttTables tables)
        {
            var pair = new uint[2 * TLanes.Count];
            int at = 0;
            for (int start = 0; start < Degree; start += 2 * TLanes.Count)
            {
                // Where each lane's word came from tells which block it is in, hence which twiddle it meets.
                for (int i = 0; i < pair.Length; i++)
                {
                    pair[i] = (uint)(start + i);
                }

                TVector x = TLanes.Load(ref pair[0], 0);
                TVector y = TLanes.Load(ref pair[0], TLanes.Count);
                for (int step = 0; step < Steps; step++)
                {
                    TLanes.Split(step, ref x, ref y);
                    TLanes.Store(x, ref pair[0], 0);
                    int distance = TLanes.Count >> (step + 1);
                    int inverseAt = at + (2 * TLanes.Count * (Steps - 1 - (2 * step)));
                    for (int i = 0; i < TLanes.Count; i++)
                    {
                        int twiddle = (Degree + (int)pair[i]) / (2 * distance);
                        Forward.Span[at + i] = tables.Roots[twiddle];
                        Forward.Span[at + TLanes.Count + i] = tables.RootQuotients[twiddle];
                        Inverse.Span[inverseAt + i] = tables.InverseRoots[twiddle];
                        Inverse.Span[inverseAt + TLanes.Count + i] = tables.InverseRootQuotients[twiddle];
                    }

                    at += 2 * TLanes.Count;
                }
            }
        }
    }
}
