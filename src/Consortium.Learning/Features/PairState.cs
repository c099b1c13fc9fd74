namespace Consortium.Learning.Features;

/// <summary>What the bank remembers of payments from one account to another.</summary>
internal struct PairState
{
    /// <summary>Slots of the two accounts.</summary>
    public int From;
    public int To;

    /// <summary>Base-2 logarithms of all amounts paid, each plus one.</summary>
    public RunningMoments LogAmounts;
    public double Sum;
    public double LastAmount;
    public PairBlocks Blocks;
    public int FirstMinute;
    public int LastMinute;

    /// <summary>Minute of the last payment but one; meaningless below two payments.</summary>
    public int PreviousMinute;

    /// <summary>The last payment's number in the sender's outgoing and in the receiver's incoming recent payments.</summary>
    public int NumberOut;
    public int NumberIn;

    public readonly int Count => LogAmounts.Count;
}
