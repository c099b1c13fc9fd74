using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Protocol.Messages;

namespace Consortium.Workloads;

/// <summary>A state of training.</summary>
internal sealed class TrainingWorkloadState(TrainingState training) : WorkloadState
{
    public TrainingState Training => training;

    public override ReadOnlyMemory<byte> Bytes => training.Bytes;

    public override StateDigest Digest => TrainingWorkload.DigestOf(training);

    public override RoundRequest? Request => training.Request;

    public override VoteTally? Vote => training.Tally is { } tally
        ? new VoteTally(tally.IsAdopted, tally.Accepting, tally.Rejecting, tally.Abstaining, Void: 0)
        : null;

    public override WorkloadState Advance(ReadOnlySpan<long> sum, int cohort) =>
        new TrainingWorkloadState(training.Advance(sum, cohort));

    public override ModelFile? ResultOf(SessionId session, int rounds) => training.Model is { } model
        ? new ModelFile { Model = model, PlanDigest = training.Plan.Digest, Session = session.ToString(), Rounds = rounds }
        : null;
}
