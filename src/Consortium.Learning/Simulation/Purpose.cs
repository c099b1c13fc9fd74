namespace Consortium.Learning.Simulation;

/// <summary>
/// What a generator is for: one seed gives each purpose its own numbers, so changing one part of a plan leaves the others' alone.
/// </summary>
internal static class Purpose
{
    public const ulong Accounts = 1;
    public const ulong Counterparties = 2;
    public const ulong Holders = 3;
    public const ulong Ordinary = 4;
    public const ulong LookAlikes = 5;
    public const ulong Employers = 6;
    public const ulong Tenancies = 7;
    public const ulong Agents = 8;
    public const ulong Laundering = 9;
    public const ulong Labels = 10;
    public const ulong Currencies = 11;
    public const ulong MissRates = 12;
    public const ulong HonestStructures = 13;
    public const ulong MissedTogether = 14;
}
