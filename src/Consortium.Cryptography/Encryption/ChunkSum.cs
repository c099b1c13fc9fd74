using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// The running sum of one chunk over any number of banks, straight from wire bytes: 64 KiB, however many are added.
/// </summary>
/// <remarks>
/// Words are summed lazily, 32 residues below 2^27 to a 32-bit word, and reduced when the next would not fit. Not thread-safe.
/// </remarks>
public sealed class ChunkSum
{
    private const int MostLazySummands = 32;

    private readonly SlotLayout _layout;
    private readonly InstructionSet _set;
    private readonly AlignedWords _sums = new(RnsBasis.WordCount);
    private int _lazySummands;

    /// <summary>An empty sum of the chunk with this index.</summary>
    public ChunkSum(SlotLayout layout, int chunk)
        : this(layout, chunk, InstructionSets.Best)
    {
    }

    internal ChunkSum(SlotLayout layout, int chunk, InstructionSet set)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        _layout = layout;
        _set = set;
        Chunk = chunk;
    }

    public int Chunk { get; private set; }

    /// <summary>Ciphertexts added so far.</summary>
    public int Summands { get; private set; }

    /// <summary>Adds a chunk, of one bank or already a sum. When it is rejected the sum is as before.</summary>
    /// <exception cref="MalformedDataException">
    /// It is malformed, of another layout or index, or would exceed the largest cohort.
    /// </exception>
    public void Add(ReadOnlySpan<byte> wire)
    {
        ChunkHeader header = ChunkHeader.Read(wire, _layout);
        if (header.Chunk != Chunk)
        {
            throw new MalformedDataException("chunk", 8, $"chunk {Chunk}", $"chunk {header.Chunk}");
        }

        if (header.Summands > _layout.LargestCohort - Summands)
        {
            throw new MalformedDataException(
                "chunk", 12, $"at most {_layout.LargestCohort - Summands} summands beside the {Summands} added",
                $"{header.Summands}");
        }

        if (_lazySummands == MostLazySummands)
        {
            Reduce();
            _lazySummands = 1;
        }

        int prime = 0;
        try
        {
            for (; prime < RnsBasis.PrimeCount; prime++)
            {
                WireChunk.Accumulate(wire, prime, Residues(prime), _set);
            }
        }
        catch (MalformedDataException)
        {
            for (int added = 0; added < prime; added++)
            {
                WireChunk.Withdraw(wire, added, Residues(added));
            }

            throw;
        }

        _lazySummands++;
        Summands += header.Summands;
    }

    /// <summary>Writes the sum as a chunk of <see cref="Summands"/> summands; more may be added afterwards.</summary>
    /// <param name="destination"><see cref="WireChunk.Size"/> bytes.</param>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public void WriteTo(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, WireChunk.Size, nameof(destination));
        if (Summands == 0)
        {
            throw new InvalidOperationException("Nothing was added to this sum.");
        }

        Reduce();
        _lazySummands = 1;
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            WireChunk.Pack(Residues(prime), destination, prime, _set);
        }

        new ChunkHeader(_layout.Id, Chunk, Summands).Write(destination);
    }

    /// <summary>Empties the sum for another chunk, keeping its memory.</summary>
    public void Restart(int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunk);
        _sums.Span.Clear();
        _lazySummands = 0;
        Summands = 0;
        Chunk = chunk;
    }

    private Span<uint> Residues(int prime) => _sums.Span.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);

    private void Reduce()
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            LazyResidues.Reduce(Residues(prime), prime, _set);
        }
    }
}
