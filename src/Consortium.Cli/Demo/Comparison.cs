using System.Collections.Immutable;
using System.Diagnostics;
using Consortium.Cli.Reporting;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Models;

namespace Consortium.Cli.Demo;

/// <summary>What the consortium is held against: each bank's own model, and the model of all rows in one place.</summary>
internal sealed class Comparison(DemoData data, IReadOnlyList<DemoBank> banks, TrainingPlan plan)
{
    private Model[] _own = [];

    public IReadOnlyList<DemoBank> Banks => banks;

    public TrainingPlan Plan => plan;

    public Model Pooled { get; private set; } = null!;

    /// <summary>Rounds of the pooled training, and so of the encrypted one, which has one more if the banks vote.</summary>
    public int Rounds { get; private set; }

    /// <summary>
    /// Everything that <see cref="DemoConsortium.TrainAsync"/> does too, but for encryption and its rounds: bins, sums and model
    /// steps, for all banks in turn.
    /// </summary>
    public double PooledSeconds { get; private set; }

    public Model OwnOf(int bank) => _own[bank];

    public void TrainOwnModels(Stages stages, CancellationToken cancellationToken)
    {
        using Stages.Stage stage = stages.Begin("Each bank alone", banks.Count);
        var own = new Model[banks.Count];
        int done = 0;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        Parallel.ForEach(Enumerable.Range(0, banks.Count).OrderByDescending(bank => banks[bank].TrainingRows), options, bank =>
        {
            own[bank] = PlainTraining.Run(plan, [banks[bank].Training!], static _ => { }, cancellationToken).Model;
            stage.Reach(Interlocked.Increment(ref done));
        });
        _own = own;
    }

    public void TrainPooled(Stages stages, CancellationToken cancellationToken)
    {
        using Stages.Stage stage = stages.Begin("All rows pooled in the clear", MostRounds);
        long start = Stopwatch.GetTimestamp();
        (Pooled, Rounds) = PlainTraining.Run(plan, [.. banks.Select(bank => bank.Training!)], stage.Reach, cancellationToken);
        PooledSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The same with banks that have given their training rows away.</summary>
    public Comparison WithoutTrainingRows(IReadOnlyList<DemoBank> without) =>
        new(data, without, plan) { _own = _own, Pooled = Pooled, Rounds = Rounds, PooledSeconds = PooledSeconds };

    private int MostRounds => plan.MostRounds;
}
