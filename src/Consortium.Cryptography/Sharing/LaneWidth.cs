namespace Consortium.Cryptography.Sharing;

/// <summary>Which registers a kernel runs in. All give the same values; tests name each.</summary>
internal enum LaneWidth
{
    Scalar,
    Vector128,
    Vector256,
    Vector512,
}
