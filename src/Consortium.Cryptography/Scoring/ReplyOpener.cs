using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Scoring;

/// <summary>Opens replies with the key that encrypted their queries. Not thread-safe.</summary>
/// <remarks>
/// A coefficient is accepted within the flood's 1/32 of the room and seven standard deviations of the rounding under this key. An
/// honest reply misses that with probability 3e-12; a random one meets it six times in ten, so judge batches of random replies by
/// all of their payments.
/// </remarks>
public sealed class ReplyOpener : IDisposable
{
    private const double Deviations = 7;

    private readonly ScoringParameters _parameters;
    private readonly SecretMemory<int> _rows;
    private readonly uint[] _words;
    private readonly long _limit;

    public ReplyOpener(ScoringKey key, ScoringParameters parameters)
    {
        _parameters = parameters;
        _rows = new SecretMemory<int>(parameters.Payments * RnsBasis.Degree);
        _words = new uint[parameters.Payments + RnsBasis.Degree];
        ReadOnlySpan<int> secret = key.Coefficients;
        double squares = 1;
        foreach (int coefficient in secret)
        {
            squares += (double)coefficient * coefficient;
        }

        // In units of 1/t, in which a multiple of the room is whole.
        double room = Math.ScaleB(1, parameters.ReplyBits - 1) / parameters.PlainModulus;
        _limit = (long)(((room / 32) + 1 + (Deviations * Math.Sqrt(squares / 12))) * parameters.PlainModulus);
        for (int payment = 0; payment < parameters.Payments; payment++)
        {
            Span<int> row = _rows.Span.Slice(payment * RnsBasis.Degree, RnsBasis.Degree);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = i <= payment ? secret[payment - i] : -secret[RnsBasis.Degree + payment - i];
            }
        }
    }

    /// <summary>Reads the scores.</summary>
    /// <param name="reply">Bytes from a server.</param>
    /// <param name="scores">One a payment of the query; zeros when the reply does not open.</param>
    /// <returns>False when a coefficient's error shows that the reply is not to this key's query.</returns>
    /// <exception cref="MalformedDataException">The length is wrong, or bits after the last coefficient are set.</exception>
    public bool TryOpen(ReadOnlySpan<byte> reply, Span<int> scores)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, _parameters.Payments, nameof(scores));
        MalformedDataException.ThrowIfLengthDiffers("scoring reply", reply.Length, _parameters.ReplyBytes);
        if (!BitPacking.Unpack(reply, _parameters.ReplyBits, _words))
        {
            throw new MalformedDataException("scoring reply", reply.Length - 1, "zero bits at the end", "others");
        }

        long modulus = 1L << _parameters.ReplyBits, t = _parameters.PlainModulus;
        bool opened = true;
        for (int payment = 0; payment < scores.Length; payment++)
        {
            uint product = Dot(_words.AsSpan(_parameters.Payments), _rows.Span.Slice(payment * RnsBasis.Degree, RnsBasis.Degree));
            long scaled = ((_words[payment] + product) & (modulus - 1)) * t;
            long multiple = (scaled + (modulus / 2)) >> _parameters.ReplyBits;
            opened &= Math.Abs(scaled - (multiple * modulus)) <= _limit;
            scores[payment] = (int)(multiple > t / 2 ? multiple - t : multiple);
        }

        if (!opened)
        {
            scores.Clear();
        }

        return opened;
    }

    public void Dispose() => _rows.Dispose();

    private static uint Dot(ReadOnlySpan<uint> words, ReadOnlySpan<int> row)
    {
        ReadOnlySpan<Vector<uint>> left = MemoryMarshal.Cast<uint, Vector<uint>>(words);
        ReadOnlySpan<Vector<uint>> right = MemoryMarshal.Cast<int, Vector<uint>>(row);
        Vector<uint> sum = Vector<uint>.Zero;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return Vector.Sum(sum);
    }
}
