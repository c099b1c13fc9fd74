using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// Finds the split of most gain in a node's summed histogram: pairs of gradient and hessian, bin by bin. Gain is
/// GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ) (Chen and Guestrin, XGBoost, KDD 2016), computed in a fixed order from exact integers.
/// </summary>
/// <remarks>Of equal gains the lowest feature, then the lowest bin, then missing to the right wins.</remarks>
internal readonly struct SplitSearch(BinLayout layout, double l2, double minimumChildWeight)
{
    /// <param name="features">The features whose bins follow one another in <paramref name="histogram"/>.</param>
    /// <param name="histogram">Gradient and hessian of each bin.</param>
    /// <param name="gradient">The node's summed gradient.</param>
    /// <param name="hessian">The node's summed hessian.</param>
    public SplitCandidate Best(ReadOnlySpan<int> features, ReadOnlySpan<long> histogram, long gradient, long hessian)
    {
        SplitCandidate best = SplitCandidate.None;
        if (hessian < 2 * minimumChildWeight)
        {
            return best;
        }

        double unsplit = Score(gradient, hessian);
        foreach (int feature in features)
        {
            int present = layout.Edges[feature].BinCount;
            bool hasMissing = layout.HasMissing[feature];
            ReadOnlySpan<long> bins = histogram[..(2 * layout.BinCount(feature))];
            histogram = histogram[bins.Length..];
            Scan(ref best, feature, bins[
                ..(2 * (hasMissing ? present : present - 1))], missing: default, gradient, hessian, unsplit);
            if (hasMissing && (bins[^1] != 0 || bins[^2] != 0))
            {
                Scan(ref best, feature, bins[..(2 * (present - 1))], bins[^2..], gradient, hessian, unsplit);
            }
        }

        return best;
    }

    private void Scan(
        ref SplitCandidate best,
        int feature,
        ReadOnlySpan<long> bins,
        ReadOnlySpan<long> missing,
        long gradient,
        long hessian,
        double unsplit)
    {
        long leftGradient = 0;
        long leftHessian = 0;
        bool missingLeft = !missing.IsEmpty;
        if (missingLeft)
        {
            leftGradient = missing[0];
            leftHessian = missing[1];
        }

        for (int bin = 0; 2 * bin < bins.Length; bin++)
        {
            long binGradient = bins[2 * bin];
            long binHessian = bins[(2 * bin) + 1];
            if ((binGradient | binHessian) == 0)
            {
                continue;
            }

            leftGradient += binGradient;
            leftHessian += binHessian;
            long rightHessian = hessian - leftHessian;
            if (leftHessian < minimumChildWeight)
            {
                continue;
            }

            if (rightHessian < minimumChildWeight)
            {
                return;
            }

            double gain = Score(leftGradient, leftHessian) + Score(gradient - leftGradient, rightHessian) - unsplit;
            if (gain > best.Gain)
            {
                best = new SplitCandidate(feature, bin, missingLeft, gain, leftGradient, leftHessian);
            }
        }
    }

    private double Score(long gradient, long hessian) => (double)gradient * gradient / (hessian + l2);
}
