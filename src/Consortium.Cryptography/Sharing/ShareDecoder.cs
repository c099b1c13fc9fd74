using Consortium.Cryptography.Arithmetic;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// Share-sums of n holders as n places of 4,096 Reed-Solomon words of dimension T. Decodes them, at most (n - T) / 2 wrong places
/// by the words alone, any number up to n - T with an outside check. Variable time: what differs is only how wrong a wrong sum
/// is.
/// </summary>
internal sealed class ShareDecoder
{
    /// <summary>
    /// How many sets of T holders are tried against the outside check before giving up: all of them up to 13 holders.
    /// </summary>
    public const int MaximumCandidates = 2048;

    private readonly int _threshold;
    private readonly ShareSum[] _sums;
    private readonly int _coefficients;

    public ShareDecoder(ShamirSharing sharing, IReadOnlyList<ShareSum> sums)
    {
        _threshold = sharing.Threshold;
        if (sums.Count < _threshold)
        {
            throw new ArgumentException($"{sums.Count} share-sums do not reach the threshold {_threshold}.", nameof(sums));
        }

        _sums = [.. sums.OrderBy(sum => sum.Holder)];
        _coefficients = _sums[0].Coefficients;
        for (int i = 0; i < _sums.Length; i++)
        {
            if (_sums[i].Holder > sharing.Holders)
            {
                throw new ArgumentException($"There is no holder {_sums[i].Holder} among {sharing.Holders}.", nameof(sums));
            }

            if (i > 0 && _sums[i].Holder == _sums[i - 1].Holder)
            {
                throw new ArgumentException($"Holder {_sums[i].Holder} is there twice.", nameof(sums));
            }

            if (_sums[i].Coefficients != _coefficients)
            {
                throw new ArgumentException(
                    $"Share-sums have {_coefficients} and {_sums[i].Coefficients} coefficients.", nameof(sums));
            }
        }
    }

    public Reconstruction Decode(CandidateCheck? isRight)
    {
        Reconstruction.Found? found = DecodeByAgreement(isRight);
        if (found is null && isRight is not null)
        {
            found = DecodeByTrial(isRight);
        }

        return found is not null ? found : new Reconstruction.Contradicted(_sums.Length, _threshold + 2);
    }

    /// <summary>
    /// Names a place as soon as one word shows it wrong, until the places left agree in every word. If no more than (n - T) / 2
    /// places are wrong, each word decodes uniquely, so those named are exactly the wrong ones.
    /// </summary>
    private Reconstruction.Found? DecodeByAgreement(CandidateCheck? isRight)
    {
        int nameable = (_sums.Length - _threshold) / 2;
        var wrong = new SortedSet<int>();
        while (true)
        {
            ShareSum[] left = [.. _sums.Where(sum => !wrong.Contains(sum.Holder))];
            int word = FirstContradiction(left.AsSpan(0, _threshold), left.AsSpan(_threshold));
            if (word < 0)
            {
                return Accept(left.AsSpan(0, _threshold), wrong, isRight);
            }

            uint[] points = [.. _sums.Select(sum => (uint)sum.Holder)];
            uint[] values = [.. _sums.Select(sum => (uint)sum.Values[word])];
            if (nameable == 0 || ReedSolomon.Decode(points, values, _threshold) is not { } polynomial)
            {
                return null;
            }

            for (int i = 0; i < points.Length; i++)
            {
                if (ReedSolomon.Evaluate(polynomial, points[i]) != values[i])
                {
                    wrong.Add(_sums[i].Holder);
                }
            }

            if (wrong.Count > nameable)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// One set of T right places determines all others; tries such sets until the outside check knows the secret.
    /// </summary>
    private Reconstruction.Found? DecodeByTrial(CandidateCheck isRight)
    {
        int[] chosen = [.. Enumerable.Range(0, _threshold)];
        var basis = new ShareSum[_threshold];
        for (int candidate = 0; candidate < MaximumCandidates; candidate++)
        {
            for (int i = 0; i < _threshold; i++)
            {
                basis[i] = _sums[chosen[i]];
            }

            IEnumerable<int> wrong = _sums
                .Where(sum => !basis.Contains(sum) && FirstContradiction(basis, [sum]) >= 0)
                .Select(sum => sum.Holder);
            if (Accept(basis, wrong, isRight) is { } found)
            {
                return found;
            }

            if (!MoveToNextCombination(chosen, _sums.Length))
            {
                return null;
            }
        }

        return null;
    }

    private Reconstruction.Found? Accept(ReadOnlySpan<ShareSum> basis, IEnumerable<int> wrong, CandidateCheck? isRight)
    {
        using var values = new SecretMemory<ushort>(_coefficients);
        var centred = new SecretMemory<short>(_coefficients);
        Interpolate(basis, 0, values.Span);
        ShareKernels.Centre(values.Span, centred.Span);

        var secret = new ReconstructedSecret(centred);
        if (isRight is not null && !isRight(centred.Span))
        {
            secret.Dispose();
            return null;
        }

        int[] wrongHolders = [.. wrong];
        return new Reconstruction.Found(secret, wrongHolders, _sums.Length - _threshold - wrongHolders.Length);
    }

    /// <summary>
    /// The first word in which one of <paramref name="others"/> is off the polynomial through <paramref name="basis"/>, or -1.
    /// </summary>
    private int FirstContradiction(ReadOnlySpan<ShareSum> basis, ReadOnlySpan<ShareSum> others)
    {
        using var interpolated = new SecretMemory<ushort>(_coefficients);
        Span<ushort> expected = interpolated.Span;
        foreach (ShareSum other in others)
        {
            Interpolate(basis, (uint)other.Holder, expected);
            int agreeing = other.Values.CommonPrefixLength(expected);
            if (agreeing < _coefficients)
            {
                return agreeing;
            }
        }

        return -1;
    }

    /// <summary>
    /// Lagrange: the values at <paramref name="x"/> of the polynomials through the T sums of <paramref name="basis"/>.
    /// </summary>
    private void Interpolate(ReadOnlySpan<ShareSum> basis, uint x, Span<ushort> destination)
    {
        using var weighted = new SecretMemory<uint>(_coefficients);
        Span<uint> sums = weighted.Span;
        foreach (ShareSum sum in basis)
        {
            uint numerator = 1, denominator = 1;
            foreach (ShareSum other in basis)
            {
                if (other.Holder != sum.Holder)
                {
                    numerator = ShareField.Multiply(numerator, ShareField.Subtract(x, (uint)other.Holder));
                    denominator = ShareField.Multiply(denominator, ShareField.Subtract((uint)sum.Holder, (uint)other.Holder));
                }
            }

            uint weight = ShareField.Multiply(numerator, ShareField.Invert(denominator));
            ShareKernels.AddWeighted(sums, sum.Values, weight, InstructionSets.Best);
        }

        ShareKernels.Reduce(sums, destination, InstructionSets.Best);
    }

    /// <summary>The next ascending choice out of 0..n-1 in lexicographic order.</summary>
    private static bool MoveToNextCombination(Span<int> chosen, int n)
    {
        for (int i = chosen.Length - 1; i >= 0; i--)
        {
            if (chosen[i] < n - chosen.Length + i)
            {
                chosen[i]++;
                for (int j = i + 1; j < chosen.Length; j++)
                {
                    chosen[j] = chosen[j - 1] + 1;
                }

                return true;
            }
        }

        return false;
    }
}
