namespace Consortium.Protocol.Tests.Simulation;

/// <summary>Who of several sessions' parties is dishonest, and what is left out on purpose.</summary>
/// <param name="PairsOnly">
/// With T - 1 dishonest key holders quorums no longer meet in an honest one, and only banks keep the promise: for each two
/// cohorts.
/// </param>
internal sealed record LedgerScenario(
    int KeyHolders, int Threshold, int DishonestHolders, bool PairsOnly, LedgerBug Bug = LedgerBug.None)
{
    /// <summary>
    /// How many sums key holders keep apart together: each is released by all but J - T of the honest ones, so so many have one
    /// of these in common.
    /// </summary>
    public int Together =>
        KeyHolders == Threshold ? int.MaxValue : (KeyHolders - DishonestHolders - 1) / (KeyHolders - Threshold);
}
