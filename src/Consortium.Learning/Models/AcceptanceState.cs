using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// The last round of a plan with <see cref="AcceptanceSettings"/>: each bank votes on the finished model, which is adopted or is
/// not.
/// </summary>
/// <remarks>
/// <para>
/// The vector holds <see cref="Slots"/> slots for each <see cref="Ballot"/>, and a bank puts a single 1 into one of them, drawn
/// at random and known to nobody else. Encryption does not keep a dishonest bank from adding other integers, negative ones too:
/// in a plain count it could take votes away from one side and give them to the other. Here it must know where a vote lies to
/// take it away: a slot below 0 or above the number of banks, or a total that is not that number, makes the whole tally invalid,
/// and nothing is adopted. Each honest vote it wants gone it guesses with a chance of 1 in <see cref="Slots"/>; and one vote more
/// than its own on one side must be made up for by one less elsewhere.
/// </para>
/// <para>
/// A contribution is 0 or 1, yet <see cref="RoundRequest.Levels"/> are 3: packing then leaves room for twice the number of banks
/// in each slot, so that a carry or borrow between packed neighbours, too, leaves a slot above the number of banks.
/// </para>
/// </remarks>
internal sealed class AcceptanceState : TrainingState
{
    /// <summary>Slots of each ballot. Three times as many fit one chunk of ciphertext for 1,024 banks.</summary>
    public const int Slots = 1 << 13;

    /// <summary>Integers that the vote takes.</summary>
    public const int VectorLength = 3 * Slots;

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

    public override RoundRequest? Request => Tally is null ? new(VectorLength, levels: 3) : null;

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
