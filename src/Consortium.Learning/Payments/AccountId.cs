namespace Consortium.Learning.Payments;

/// <summary>Index of an account in its <see cref="AccountTable"/>, from 0 in order of first appearance.</summary>
public readonly record struct AccountId(int Index);
