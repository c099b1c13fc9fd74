using System.Diagnostics.CodeAnalysis;
using Consortium.Primitives;

namespace Consortium.Cryptography.Ballots;

/// <summary>One holder's share of one ballot, found to be what the bank committed to. Erased by <see cref="Dispose"/>.</summary>
public sealed class BallotShare : IDisposable
{
    private readonly SecretMemory<Word256> _values;

    private BallotShare(int holder, SecretMemory<Word256> values) => (Holder, _values) = (holder, values);

    public int Holder { get; }

    internal ReadOnlySpan<Word256> Values => _values.Span;

    /// <summary>Reads what a bank sealed to a holder. Hostile bytes never throw.</summary>
    /// <returns>False when it is no share of the ballot.</returns>
    public static bool TryDecode(
        int holder, CheckedBallot ballot, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out BallotShare? share)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(holder, 1);
        share = null;
        if (bytes.Length != BallotShape.ShareLength)
        {
            return false;
        }

        var values = new SecretMemory<Word256>(BallotShape.Shared);
        var reader = new ProofReader(bytes);
        foreach (ref Word256 value in values.Span)
        {
            value = reader.Scalar();
        }

        if (reader.IsWellFormed && ballot.Holds(holder, values.Span))
        {
            share = new BallotShare(holder, values);
            return true;
        }

        values.Dispose();
        return false;
    }

    public void Dispose() => _values.Dispose();

    public override string ToString() => $"BallotShare(holder {Holder}, redacted)";
}
