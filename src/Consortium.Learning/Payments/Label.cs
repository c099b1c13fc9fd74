namespace Consortium.Learning.Payments;

/// <summary>What the bank knows of a payment; <see cref="Unknown"/> where a file for scoring has no label column.</summary>
public enum Label : sbyte
{
    Unknown = -1,
    Legitimate = 0,
    Laundering = 1,
}
