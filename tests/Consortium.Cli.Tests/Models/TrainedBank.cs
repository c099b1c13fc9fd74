using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Participant.Data;

namespace Consortium.Cli.Tests.Models;

/// <summary>One simulated bank's labelled payments, and models trained on the earlier ones, as files.</summary>
public sealed class TrainedBank : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("consortium-models-");

    public TrainedBank()
    {
        SimulatedData simulated = Simulator.Run(
            new SimulationPlan { Banks = 3, Accounts = 200, Days = 20, Payments = 6_000, LaunderingRate = 0.02, Seed = 7 });
        BankView view = BankView.Split(simulated.Set).OrderBy(bank => bank.Bank).First();
        Bank = view.Bank.Value;
        using (var writer = new PaymentWriter(Payments, view.Accounts))
        {
            writer.Write(view.Payments);
        }

        PatternFile.Write(Patterns, simulated.Attempts, simulated.Set.Accounts);
        var data = new BankData(view.Bank);
        data.Add([Payments]);
        Boosting = Save(
            "boosting.csmodel",
            Train(
                new BoostingSettings { Trees = 5, Leaves = 6, Bins = 15, MinimumChildWeight = 0.5, L2 = 1, PositiveWeight = 5 },
                data));
        Late = Save(
            "late.csmodel",
            Train(
                new BoostingSettings { Trees = 5, Leaves = 6, Bins = 15, MinimumChildWeight = 0.5, L2 = 1, PositiveWeight = 5 },
                data, FeatureView.Late));
        Logistic = Save("logistic.csmodel", Train(new LogisticSettings { Steps = 3, PositiveWeight = 5 }, data));
    }

    public string Bank { get; }

    public string Boosting { get; }

    /// <summary>A model of the late view.</summary>
    public string Late { get; }

    public string Logistic { get; }

    public string Payments => Path.Combine(_root.FullName, "payments.csv");

    public string Patterns => Path.Combine(_root.FullName, "patterns.txt");

    public string In(string name) => Path.Combine(_root.FullName, name);

    public void Dispose() => _root.Delete(recursive: true);

    private static Model Train(FamilySettings settings, BankData data, FeatureView? view = null) =>
        PooledTraining.Train(
            new TrainingPlan((view ?? FeatureView.Now).Schema, settings, maximumRows: 10_000, seed: 3),
            data.TrainingRows(1, view: view));

    private string Save(string name, Model model)
    {
        var file = new ModelFile { Model = model, PlanDigest = new byte[32], Session = new string('a', 64), Rounds = 4 };
        File.WriteAllBytes(In(name), file.ToBytes());
        return In(name);
    }
}
