namespace Consortium.Learning.Transactions;

/// <summary>What the bank knows of a transaction; <see cref="Unknown"/> where a file for scoring has no label column.</summary>
public enum Label : sbyte
{
    Unknown = -1,
    Legitimate = 0,
    Laundering = 1,
}
