using System.Collections.Immutable;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>A session that ended with a model, and what was seen of it.</summary>
/// <param name="Models">The finished model as each bank's own folder holds it.</param>
/// <param name="Seconds">From the operator's plan being signed to the last bank's word that its model is finished.</param>
/// <param name="Vote">How the banks voted on the model; null where they didn't.</param>
/// <param name="Releases">What one bank was sent to open each round's sum.</param>
/// <param name="Traffic">Bytes received of each sender by each recipient.</param>
internal sealed record TrainedSession(
    SessionId Id,
    SessionPlan Plan,
    ImmutableSortedDictionary<PartyId, Model> Models,
    double Seconds,
    VoteTally? Vote,
    ImmutableArray<WatchedRound> Rounds,
    IReadOnlyDictionary<int, AggregateReleased> Releases,
    ImmutableArray<(PartyId From, PartyId To, long Bytes)> Traffic);
