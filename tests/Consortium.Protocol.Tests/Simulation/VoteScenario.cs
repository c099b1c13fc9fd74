namespace Consortium.Protocol.Tests.Simulation;

/// <summary>Who of a vote's parties is dishonest besides aggregator and last bank, and what is left out on purpose.</summary>
internal sealed record VoteScenario(int KeyHolders, int Threshold, int DishonestHolders, VoteBug Bug = VoteBug.None);
