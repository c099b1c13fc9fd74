using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Participant.Data;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Workloads;

namespace Consortium.Testing;

/// <summary>
/// Generated payments of the consortium's banks, each bank's in its own folder beside its policy; and what pooling all of it
/// leads to.
/// </summary>
public sealed class GeneratedBanks
{
    private readonly IReadOnlyDictionary<PartyId, BankView> _views;
    private readonly ConsortiumFolder _folder;

    private GeneratedBanks(ConsortiumFolder folder, IReadOnlyDictionary<PartyId, BankView> views)
    {
        _folder = folder;
        _views = views;
    }

    public static GeneratedBanks Write(
        ConsortiumFolder folder, int accounts = 150, int payments = 2_000, BankPolicy? policy = null)
    {
        IReadOnlyList<BankView> views = BankView.Split(Simulator.Run(new SimulationPlan
        {
            Banks = folder.Banks.Length,
            Accounts = accounts,
            Days = 12,
            Payments = payments,
            LaunderingRate = 0.02,
            LookAlikeShare = 0.4,
            Seed = 5,
        }).Set);
        var banks = new Dictionary<PartyId, BankView>();
        for (int i = 0; i < folder.Banks.Length; i++)
        {
            string home = folder.FolderOf(folder.Banks[i]);
            File.WriteAllBytes(Path.Combine(home, "policy.json"), (policy ?? Policy).ToJson());
            Directory.CreateDirectory(Path.Combine(home, "payments"));
            using var writer = new PaymentWriter(Path.Combine(home, "payments", "0001.csv"), views[i].Accounts);
            writer.Write(views[i].Payments);
            banks.Add(folder.Banks[i], views[i]);
        }

        return new GeneratedBanks(folder, banks);
    }

    /// <summary>The first half of the generated days, and what is before.</summary>
    public static DataWindow Early { get; } = new(new DateOnly(2000, 1, 1), new DateOnly(2022, 9, 6));

    /// <summary>The other half: for a session that must not share days with one of the first half.</summary>
    public static DataWindow Late { get; } = new(new DateOnly(2022, 9, 7), new DateOnly(2023, 12, 31));

    /// <summary>Floors for a few thousand generated payments.</summary>
    public static PolicyFloors SmallData { get; } = new()
    {
        LeastChildHessian = 0.01,
        LeastL2 = 0.001,
        MostLeaves = 4_096,
        MostDepth = 4_095,
        LeastVoteFraction = 0.01,
        LeastVotes = 1,
        AllowNoVote = true,
    };

    public static BankPolicy Policy { get; } = new()
    {
        Families = ["boosting", "logistic"],
        MaximumRounds = 100,
        MaximumValues = 1_000_000,
        MinimumCohort = 3,
        AllowChangingCohort = true,
        Floors = SmallData,
    };

    /// <summary>Adds a file of the bank's payments, all of them so many times, and gives its path.</summary>
    public string WriteAgain(PartyId bank, int times)
    {
        string file = Path.Combine(_folder.FolderOf(bank), "payments", "0002.csv");
        string unfinished = Path.Combine(_folder.FolderOf(bank), "0002.csv");
        using (var writer = new PaymentWriter(unfinished, _views[bank].Accounts))
        {
            for (int i = 0; i < times; i++)
            {
                writer.Write(_views[bank].Payments);
            }
        }

        File.Move(unfinished, file);
        return file;
    }

    /// <summary>The bank as its payment files name it.</summary>
    public string CodeOf(PartyId bank) => _views[bank].Bank.ToString();

    public static TrainingPlan Training(
        FamilySettings family, AcceptanceSettings? acceptance = null, NoisePlan? noise = null) =>
        new(FeatureExtractor.Schema, family, maximumRows: 5_000, seed: 11, acceptance, noise);

    /// <summary>What all banks' rows in one process lead to, and in how many rounds; or after the first so many.</summary>
    public (StateDigest State, int Rounds) Pooled(TrainingPlan plan, int most = int.MaxValue) =>
        Pooled(plan, _ => _views.Keys, most);

    /// <summary>What the rows of each round's cohort, numbered from 1, lead to.</summary>
    public (StateDigest State, int Rounds) Pooled(
        TrainingPlan plan, Func<int, IEnumerable<PartyId>> cohort, int most = int.MaxValue, DataWindow? days = null,
        Func<PartyId, NoiseSource>? noise = null)
    {
        Dictionary<PartyId, LocalTraining> local = _views.ToDictionary(bank => bank.Key, bank =>
        {
            var data = new BankData(bank.Value.Bank);
            data.Add([Path.Combine(_folder.FolderOf(bank.Key), "payments", "0001.csv")]);
            return new LocalTraining(
                plan, data.TrainingRows(1, days, view: FeatureView.Of(plan.SchemaDigest.Span)), noise?.Invoke(bank.Key));
        });
        TrainingState state = TrainingState.Begin(plan);
        int rounds = 0;
        while (state.Request is not null && rounds < most)
        {
            LocalTraining[] members = [.. cohort(++rounds).Select(bank => local[bank])];
            state = state.Advance(PooledTraining.Sum(members, state), members.Length);
        }

        return (TrainingWorkload.DigestOf(state), rounds);
    }

    public SessionPlan Session(TrainingPlan training, int rounds, string name) => new()
    {
        Consortium = _folder.Configuration.Digest,
        Name = name,
        Workload = TrainingWorkload.WorkloadName,
        Parameters = training.ToBytes(),
        InitialState = TrainingWorkload.InitialState(training),
        Rounds = rounds,
        Participants = _folder.Banks,
        Cohort = CohortRule.Fixed,
        MinimumCohort = 3,
        MaximumAttempts = 3,
        MaximumValues = 1_000_000,
        UpdateSeconds = 600,
        Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
        Noise = training.Loss is { } loss ? new NoiseTerms(loss, training.Noise!.Unit) : null,
        CreatedAt = 1_800_000_000_000,
    };
}
