using System.Diagnostics;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Consortium.Workloads;
using Microsoft.Extensions.Hosting;

namespace Consortium.Benchmarks.Hosting;

/// <summary>
/// A whole training session of the real daemons over RabbitMQ, all nine in this process, and where its time goes: how long rounds
/// are in each phase, which adds up to the session, and what all daemons together spend on each kind of work, which on two
/// processors may exceed it.
/// </summary>
internal static class SessionFigures
{
    private const int Payments = 200_000;

    private static readonly string[] Banks = ["bank-a", "bank-b", "bank-c", "bank-d", "bank-e"];
    private static readonly string[] Phases = ["collecting", "summing", "approving", "releasing", "released"];
    private static readonly string[] Work =
        [
            "read", "features", "contribute", "encrypt", "check", "sum", "tag", "approve", "release", "open", "step", "store",
            "commit", "send",
        ];

    public static async Task MeasureAsync(FigureReport report)
    {
        using var consortium = new ConsortiumFolder(Banks, ["holder-a", "holder-b", "holder-c"], holderSeconds: 60);
        BusLimits limits = DaemonOptions.LimitsFor(consortium.Configuration);
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(consortium.Topology);
        var roles = new HostedRoles(
            consortium,
            (self, handler, surroundings) => RabbitMqTransport.Join(broker.AddressOf(self), limits, handler, surroundings));
        IReadOnlyList<BankView> views = WritePayments(consortium);
        using var meter = new WorkMeter();
        long start = Stopwatch.GetTimestamp();
        using IHost host = roles.Host(builder => AddAll(builder, roles, consortium, views));
        await using var coordinator = new SessionOperator(
            consortium,
            (self, handler) => RabbitMqTransport.Join(broker.AddressOf(self), limits, handler, ScriptedConsortium.Surroundings));
        await coordinator.StartAsync(CancellationToken.None);
        await host.StartAsync();

        var training = new TrainingPlan(
            FeatureExtractor.Schema, new BoostingSettings { Trees = 100, Leaves = 31 }, maximumRows: Payments, seed: 7);
        SessionId session = await coordinator.SendAsync(PlanOf(training, consortium), CancellationToken.None);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(20));
        int rounds;
        try
        {
            rounds = await coordinator.WaitForModelAsync(session, Banks.Length, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The session did not end.\n{roles.Log}");
        }

        report.Add(
            "train_session_s", Stopwatch.GetElapsedTime(start).TotalSeconds,
            "5 banks, 200,000 payments, 100 trees of 31 leaves, from the daemons' start");
        report.Add("train_rounds", rounds);
        foreach (string phase in Phases)
        {
            report.Add(
                $"train_phase_{phase}_s", meter.Phase(phase),
                phase == "released" ? "opening, the model's step, the word of it" : null);
        }

        foreach (string kind in Work)
        {
            report.Add($"train_work_{kind}_s", meter.Work(kind), kind == "send" ? "waits for confirmations included" : null);
        }

        await host.StopAsync();
    }

    private static IReadOnlyList<BankView> WritePayments(ConsortiumFolder consortium)
    {
        IReadOnlyList<BankView> views = BankView.Split(Simulator.Run(new SimulationPlan
        {
            Banks = Banks.Length,
            Accounts = 4_000,
            Days = 60,
            Payments = Payments,
            Seed = 5,
        }).Set);
        for (int i = 0; i < Banks.Length; i++)
        {
            string folder = Directory.CreateDirectory(
                Path.Combine(consortium.FolderOf(consortium.Banks[i]), "payments")).FullName;
            using var writer = new PaymentWriter(Path.Combine(folder, "0001.csv"), views[i].Accounts);
            writer.Write(views[i].Payments);
        }

        return views;
    }

    private static void AddAll(
        IHostApplicationBuilder builder, HostedRoles roles, ConsortiumFolder consortium, IReadOnlyList<BankView> views)
    {
        roles.AddCommittee(builder);
        for (int i = 0; i < Banks.Length; i++)
        {
            string home = consortium.FolderOf(consortium.Banks[i]);
            ParticipantDaemon.AddTo(builder, roles.OptionsOf(consortium.Banks[i]), new ParticipantOptions
            {
                Bank = views[i].Bank,
                Payments = Path.Combine(home, "payments"),
                Output = Path.Combine(home, "output"),
                Policy = new BankPolicy
                {
                    Families = ["boosting"],
                    MaximumRounds = RoundNumber.Maximum,
                    MaximumValues = int.MaxValue,
                    MinimumCohort = 3,
                    AllowChangingCohort = false,
                    Floors = new PolicyFloors { AllowNoVote = true },
                },
            });
        }
    }

    private static SessionPlan PlanOf(TrainingPlan training, ConsortiumFolder consortium) => new()
    {
        Consortium = consortium.Configuration.Digest,
        Name = "Figures",
        Workload = TrainingWorkload.WorkloadName,
        Parameters = training.ToBytes(),
        InitialState = TrainingWorkload.InitialState(training),
        Rounds = training.MostRounds,
        Participants = consortium.Banks,
        Cohort = CohortRule.Fixed,
        MinimumCohort = 3,
        MaximumAttempts = 3,
        MaximumValues = 10_000_000,
        UpdateSeconds = 600,
        Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
        CreatedAt = 1_800_000_000_000,
    };
}
