namespace Consortium.Learning.Payments;

/// <summary>One row of an accounts file: who holds an account.</summary>
public sealed record AccountRecord(string BankName, BankId Bank, string Number, string EntityId, string EntityName);
