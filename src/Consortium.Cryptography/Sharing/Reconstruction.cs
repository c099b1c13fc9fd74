namespace Consortium.Cryptography.Sharing;

/// <summary>What a set of share-sums turned out to say. Either <see cref="Found"/> or <see cref="Contradicted"/>.</summary>
public abstract record Reconstruction
{
    private Reconstruction()
    {
    }

    /// <summary>The secret, and who sent a share-sum that does not belong to it.</summary>
    /// <param name="Secret">To be disposed by the caller.</param>
    /// <param name="WrongHolders">Ascending. Empty when all sums lie on one polynomial.</param>
    /// <param name="Spare">
    /// How many sums beyond T agreed with it. With 0 nothing but the caller's own check vouches for the secret.
    /// </param>
    public sealed record Found(ReconstructedSecret Secret, IReadOnlyList<int> WrongHolders, int Spare) : Reconstruction;

    /// <summary>At least one of the sums is wrong, and what was given can't tell which.</summary>
    /// <param name="Given">How many sums there were.</param>
    /// <param name="NeededToName">How many it takes for the sums alone to name one wrong holder: T + 2.</param>
    public sealed record Contradicted(int Given, int NeededToName) : Reconstruction;
}

/// <summary>
/// Whether a candidate secret is the right one, by knowledge from outside the shares: for a key sum, whether the noise of an
/// opened chunk is small. Must answer false for nearly every wrong candidate.
/// </summary>
public delegate bool CandidateCheck(ReadOnlySpan<short> candidate);
