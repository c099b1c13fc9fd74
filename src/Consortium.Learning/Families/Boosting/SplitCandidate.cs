namespace Consortium.Learning.Families.Boosting;

/// <summary>A way to split a node, with what would go left. Sums are in units of the plan's gradient scale.</summary>
internal readonly record struct SplitCandidate(
    int Feature, int Bin, bool MissingLeft, double Gain, long LeftGradient, long LeftHessian)
{
    public static readonly SplitCandidate None = new(-1, 0, false, 0, 0, 0);

    public bool Exists => Feature >= 0;
}
