using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// The last round of a plan with <see cref="AcceptanceSettings"/>: each bank votes on the finished model, which is adopted or is
/// not.
/// </summary>
/// <remarks>
/// A bank's vector is a 1 for its <see cref="Ballot"/> and 0 for the others. The protocol takes nothing else: each bank proves
/// that it sent that, so the sum is a count, and a bank that proves nothing is left out of it.
/// </remarks>
internal sealed class AcceptanceState : TrainingState
{
    public AcceptanceState(TrainingPlan plan, int round, Model candidate)
        : this(plan, round, candidate, null)
    {
    }

    private AcceptanceState(TrainingPlan plan, int round, Model candidate, AcceptanceTally? tally)
        : base(plan, round)
    {
        Candidate = candidate;
        Tally = tally;
    }

    /// <summary>What the banks vote on.</summary>
    public Model Candidate { get; }

    public override AcceptanceTally? Tally { get; }

    public override RoundRequest? Request => Tally is null ? RoundRequest.Vote : null;

    public override Model? Model => Tally is { IsAdopted: true } ? Candidate : null;

    protected override byte Kind => AcceptanceKind;

    public static AcceptanceState Read(ref CanonicalReader reader, TrainingPlan plan, int round)
    {
        reader.Require(plan.Acceptance is not null, "no vote in a plan without one", AcceptanceKind);
        Model candidate = Model.Read(ref reader);
        AcceptanceTally? tally = reader.Bool() ? AcceptanceTally.Read(ref reader) : null;
        return new AcceptanceState(plan, round, candidate, tally);
    }

    protected override void Write(CanonicalWriter writer)
    {
        Candidate.WriteTo(writer);
        writer.Bool(Tally is not null);
        Tally?.Write(writer);
    }

    protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort) =>
        new AcceptanceState(Plan, Round + 1, Candidate, AcceptanceTally.Of(sum, cohort, Plan.Acceptance!));
}
