using Consortium.Adversary.Tests.Stepped;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>
/// Four banks of which three run real daemons, and the fourth encrypts under another key than it shares: its first sum does not
/// open.
/// </summary>
internal static class SpoiltSession
{
    public const int Rounds = 1;

    public static PartyId Dishonest { get; } = Parties.Bank("c");

    public static TrainingPlan Training { get; } = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });

    public static SteppedConsortium Fresh(out GeneratedBanks banks)
    {
        ConsortiumFolder folder = SteppedConsortium.FolderOf(4);
        banks = GeneratedBanks.Write(folder, accounts: 80, payments: 1_000);
        return SteppedConsortium.WithBanks(folder, banks, without: Dishonest);
    }

    public static Signed<SessionPlan> Start(SteppedConsortium consortium, GeneratedBanks banks)
    {
        Signed<SessionPlan> plan = consortium.Start(
            banks.Session(Training, Rounds, "Spoilt") with { Window = GeneratedBanks.Early });
        DishonestBank.Play(consortium, plan, Dishonest, shape => new long[shape.Values], sharesAnotherKey: true);
        return plan;
    }
}
