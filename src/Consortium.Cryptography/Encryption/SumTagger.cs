using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// Computes the <see cref="SumTag"/> of one vector, chunk after chunk from the wire, of one bank or already a sum. Memory is some
/// 400 KiB, whatever the vector's length.
/// </summary>
/// <remarks>
/// r is the public polynomials 0 to 4 of a seed, and w_k the first ten AES blocks of that seed at (chunk k, stream 4): 64-bit
/// words mod q. Not thread-safe; a tagger makes the tag of one vector at a time.
/// </remarks>
public sealed class SumTagger : IDisposable
{
    /// <summary>Bytes of a seed: a digest of all that the tags hold together.</summary>
    public const int SeedSize = 32;

    private const uint WeightStream = RnsBasis.PrimeCount;

    private readonly SlotLayout _layout;
    private readonly InstructionSet _set;
    private readonly AesCounterStream _stream;

    /// <summary>Prime after prime, of each the five copies of r.</summary>
    private readonly AlignedWords _factors;
    private readonly AlignedWords _residues;
    private readonly uint[] _words = new uint[RnsBasis.PrimeCount * SumTag.Copies];

    /// <param name="seed"><see cref="SeedSize"/> bytes. See <see cref="SumTag"/> for what it must be a hash of.</param>
    /// <param name="layout">The session's layout.</param>
    public SumTagger(ReadOnlySpan<byte> seed, SlotLayout layout)
        : this(seed, layout, InstructionSets.Best)
    {
    }

    internal SumTagger(ReadOnlySpan<byte> seed, SlotLayout layout, InstructionSet set)
    {
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException($"A seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        }

        _layout = layout;
        _set = set;
        _factors = AlignedWords.Uninitialized(SumTag.Copies * RnsBasis.WordCount);
        _residues = AlignedWords.Uninitialized(RnsBasis.Degree);
        Span<byte> input = stackalloc byte[Label.Length + SeedSize];
        Label.CopyTo(input);
        seed.CopyTo(input[Label.Length..]);
        byte[] key = SHA256.HashData(input);
        _stream = new AesCounterStream(key);
        using var polynomials = PublicPolynomials.Of(key);
        for (int copy = 0; copy < SumTag.Copies; copy++)
        {
            for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
            {
                Span<uint> factors = _factors.Span.Slice(((prime * SumTag.Copies) + copy) * RnsBasis.Degree, RnsBasis.Degree);
                polynomials.ExpandLazy(copy, prime, factors);
                LazyResidues.Reduce(factors, prime, set);
            }
        }
    }

    private SumTagger(SumTagger sibling) =>
        (_layout, _set, _stream, _factors, _residues) =
            (sibling._layout, sibling._set, sibling._stream, sibling._factors, sibling._residues);

    /// <summary>Index of the chunk that comes next; chunks are added in order, each once.</summary>
    public int NextChunk { get; private set; }

    private static ReadOnlySpan<byte> Label => "consortium sum tag v1"u8;

    /// <summary>Adds the vector's next chunk. When it is rejected the tag is as before.</summary>
    /// <exception cref="MalformedDataException">It is malformed, of another layout, or not the next chunk.</exception>
    public void Add(ReadOnlySpan<byte> wire)
    {
        ChunkHeader header = ChunkHeader.Read(wire, _layout);
        if (header.Chunk != NextChunk)
        {
            throw new MalformedDataException("chunk", 8, Chunk(NextChunk), Chunk(header.Chunk));
        }

        Span<byte> bytes = stackalloc byte[RnsBasis.PrimeCount * SumTag.Copies * sizeof(ulong)];
        _stream.Fill((ulong)header.Chunk, WeightStream, 0, bytes);
        Span<uint> products = stackalloc uint[RnsBasis.PrimeCount * SumTag.Copies];
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            WireChunk.Unpack(wire, prime, _residues.Span, _set);
            SumTagKernel.Products(
                _residues.Span,
                _factors.Span.Slice(prime * SumTag.Copies * RnsBasis.Degree, SumTag.Copies * RnsBasis.Degree),
                products.Slice(prime * SumTag.Copies, SumTag.Copies),
                prime,
                _set);
        }

        for (int i = 0; i < products.Length; i++)
        {
            Modulus modulus = RnsBasis.ModulusSpan[i / SumTag.Copies];
            uint weight = modulus.Reduce(BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]));
            _words[i] = modulus.Add(_words[i], modulus.Multiply(weight, products[i]));
        }

        NextChunk++;
    }

    /// <summary>
    /// Makes the tag of another vector under the same seed, beside this one's and in a hundred bytes more. It lives as long as
    /// this one, and is used by the same thread.
    /// </summary>
    public SumTagger CreateSibling() => new(this);

    /// <summary>Forgets what was added, to make the tag of another vector under the same seed.</summary>
    public void Restart()
    {
        Array.Clear(_words);
        NextChunk = 0;
    }

    /// <summary>The tag of what was added so far.</summary>
    public SumTag ToTag() => new([.. _words]);

    public void Dispose() => _stream.Dispose();

    private static string Chunk(int index) => string.Create(CultureInfo.InvariantCulture, $"chunk {index}");
}
