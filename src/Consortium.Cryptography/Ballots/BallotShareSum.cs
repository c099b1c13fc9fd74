using Consortium.Primitives;

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// The sum of one holder's shares of many ballots: its share of the count. Starts at zero. Not thread-safe. Erased by
/// <see cref="Dispose"/>.
/// </summary>
public sealed class BallotShareSum(int holder) : IDisposable
{
    private const string Subject = "share-sum of ballots";
    private static readonly MontgomeryField Field = MontgomeryField.Scalars;

    private readonly SecretMemory<Word256> _values = new(BallotShape.Summed);

    public int Holder { get; } = holder >= 1 ? holder : throw new ArgumentOutOfRangeException(nameof(holder));

    internal ReadOnlySpan<Word256> Values => _values.Span;

    /// <summary>Reads a sum that a holder released.</summary>
    /// <exception cref="MalformedDataException">Not 192 bytes of scalars.</exception>
    public static BallotShareSum Decode(int holder, ReadOnlySpan<byte> bytes)
    {
        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, BallotShape.SumLength);
        var sum = new BallotShareSum(holder);
        var reader = new ProofReader(bytes);
        foreach (ref Word256 value in sum._values.Span)
        {
            value = reader.Scalar();
        }

        if (reader.IsWellFormed)
        {
            return sum;
        }

        sum.Dispose();
        throw new MalformedDataException(Subject, 0, "numbers below the order of the curve", "a larger one");
    }

    /// <exception cref="ArgumentException">Another holder's share.</exception>
    public void Add(BallotShare share)
    {
        if (share.Holder != Holder)
        {
            throw new ArgumentException(
                $"A share of holder {share.Holder} does not add to a sum of holder {Holder}.", nameof(share));
        }

        Span<Word256> values = _values.Span;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Field.Add(values[i], share.Values[i]);
        }
    }

    /// <summary>192 bytes in memory that does not move. Erase them after sealing.</summary>
    public byte[] Encode()
    {
        byte[] bytes = GC.AllocateArray<byte>(BallotShape.SumLength, pinned: true);
        for (int i = 0; i < BallotShape.Summed; i++)
        {
            Field.Leave(_values.Span[i]).Write(bytes.AsSpan(i * Word256.Length));
        }

        return bytes;
    }

    public void Dispose() => _values.Dispose();

    public override string ToString() => $"BallotShareSum(holder {Holder}, redacted)";
}
