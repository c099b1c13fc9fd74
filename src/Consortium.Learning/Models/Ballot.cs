namespace Consortium.Learning.Models;

/// <summary>What a bank says of a finished model; the number is its place in the vector.</summary>
internal enum Ballot
{
    Accept = 0,
    Reject = 1,
    Abstain = 2,
}
