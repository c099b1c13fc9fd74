using Consortium.Cli.CommandLine;
using Consortium.Cli.Reporting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Simulation;

namespace Consortium.Cli.Demo;

/// <summary>
/// The whole story: each bank alone, all banks pooled in the clear, which nobody may do in earnest, and the consortium,
/// encrypted. One temporary folder
/// holds all that is written on the way and is gone at the end, however it ends.
/// </summary>
internal sealed class Demonstration(DemoOptions options, Terminal terminal, bool isVerbose)
{
    /// <summary>Runs it to the end.</summary>
    /// <exception cref="CommandException">The data or the broker cannot be worked with, or the session ended without a
    /// model.</exception>
    public Task<TrainingReport> RunAsync(CancellationToken cancellationToken) =>
        Stages.RunAsync(terminal, stages => RunAsync(stages, cancellationToken));

    private async Task<TrainingReport> RunAsync(Stages stages, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(options.Temporary, $"consortium-demo-{Path.GetRandomFileName()}");
        CreateForOwner(folder);
        try
        {
            return await RunAsync(stages, folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<TrainingReport> RunAsync(Stages stages, string folder, CancellationToken cancellationToken)
    {
        DemoData data = await LoadAsync(stages, cancellationToken);
        IReadOnlyList<DemoBank> banks;
        using (Stages.Stage stage = stages.Begin($"Features of {data.Banks.Count} banks' payments", data.Banks.Count))
        {
            banks = data.Prepare(folder, stage.Reach, cancellationToken);
        }

        var plan = new TrainingPlan(
            FeatureExtractor.Schema, options.Family, PublicRowLimit(banks), options.Seed, options.Acceptance);
        var comparison = new Comparison(data, banks, plan);
        comparison.TrainOwnModels(stages, cancellationToken);
        comparison.TrainPooled(stages, cancellationToken);

        // The participants compute the same rows from their own files; what the comparison still needs is the test days.
        banks = [.. banks.Select(bank => bank with { Training = null })];
        comparison = comparison.WithoutTrainingRows(banks);
        GC.Collect();

        using var log = new DaemonLog(isVerbose ? terminal.Note : null);
        var consortium = new DemoConsortium(folder, banks, options.KeyHolders, options.Threshold, log);
        TrainedSession session;
        await using (consortium)
        {
            using (
                Stages.Stage stage = stages.Begin(
                    $"Start: {banks.Count} banks, aggregator, {options.KeyHolders} key holders", banks.Count))
            {
                await consortium.StartAsync(options.Broker, stage.Reach, cancellationToken);
            }

            using (
                Stages.Stage stage = stages.Begin(
                    "Train together, encrypted", comparison.Rounds + (options.Acceptance is null ? 0 : 1)))
            {
                session = await consortium.TrainAsync(plan, stage.Reach, cancellationToken);
            }
        }

        using (stages.Begin("Compare"))
        {
            return new ReportBuilder(
                options, data, comparison, consortium.Configuration, session,
                options.Broker is { } broker ? $"RabbitMQ at {broker.Host}:{broker.Port}" : "in memory, in one process").Build();
        }
    }

    /// <summary>
    /// Reading and simulating cannot be interrupted, and write nothing: whoever does not want to wait for them leaves them
    /// behind.
    /// </summary>
    private async Task<DemoData> LoadAsync(Stages stages, CancellationToken cancellationToken)
    {
        if (options.Data is { } file)
        {
            using Stages.Stage reading = stages.Begin($"Read {Path.GetFileName(file)}");
            DemoData data = await Task.Run(
                () => DemoData.Read(file, options.Banks), cancellationToken).WaitAsync(cancellationToken);
            foreach (string remark in data.Remarks)
            {
                terminal.Note($"Note: {remark}");
            }

            return data;
        }

        using Stages.Stage making = stages.Begin("Make payments up");
        SimulationPlan simulation =
            options.Simulation with { Seed = options.Seed, Banks = options.Banks ?? options.Simulation.Banks };
        return await Task.Run(() => DemoData.Simulate(simulation), cancellationToken).WaitAsync(cancellationToken);
    }

    /// <summary>Payments will lie there in the clear.</summary>
    private static void CreateForOwner(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Every bank knows it, so it is a round number that tells little of the largest bank.</summary>
    private static int PublicRowLimit(IReadOnlyList<DemoBank> banks) =>
        (int)Math.Min(
            TrainingPlan.LargestMaximumRows,
            System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1024, banks.Max(bank => bank.TrainingRows))));
}
