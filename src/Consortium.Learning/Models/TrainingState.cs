using System.Security.Cryptography;
using Consortium.Learning.Binning;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// Where a session stands: all that its plan and the sums released so far tell, and nothing else. Immutable, and identical at every bank.
/// A session is a loop: while there is a <see cref="Request"/>, each bank contributes integers for it (<see cref="LocalTraining"/>), and
/// <see cref="Advance"/> turns their sum into the next state.
/// </summary>
public abstract class TrainingState
{
    /// <summary>Banks whose contributions may be summed: keeps the sums of any plan within 63 bits.</summary>
    public const int LargestCohort = 1024;

    private readonly Lazy<byte[]> _digest;

    private protected TrainingState(TrainingPlan plan, int round)
    {
        Plan = plan;
        Round = round;
        _digest = new(() => SHA256.HashData(ToBytes()));
    }

    private static ReadOnlySpan<byte> Label => "CTS3"u8;

    public TrainingPlan Plan { get; }

    /// <summary>Sums taken in so far.</summary>
    public int Round { get; }

    /// <summary>What the next round asks of each bank; null when training is complete.</summary>
    public abstract RoundRequest? Request { get; }

    /// <summary>The trained model, once there is no further request; null still where the banks voted not to adopt it.</summary>
    public virtual Model? Model => null;

    /// <summary>What came of the banks' vote on the model, once there was one.</summary>
    public virtual AcceptanceTally? Tally => null;

    /// <summary>SHA-256 of <see cref="ToBytes"/>, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest.Value;

    private protected abstract byte Kind { get; }

    public static TrainingState Begin(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Family switch
        {
            BoostingSettings { Edges: BinEdgeSource.Sketched } => new SketchState(plan),
            BoostingSettings boosting => BoostingState.Begin(plan, round: 0, BinLayout.Public(plan.Units, boosting.Bins)),
            LogisticSettings => NewtonState.FromZero(plan),
            _ => throw new ArgumentException("The plan names a family that is not there.", nameof(plan)),
        };
    }

    /// <summary>Reads <see cref="ToBytes"/>.</summary>
    /// <exception cref="MalformedDataException">The bytes are no training state.</exception>
    public static TrainingState FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader("training state", bytes);
        reader.Expect(Label);
        TrainingPlan plan = TrainingPlan.Read(ref reader);
        int round = reader.Int32(0, int.MaxValue, "a round");
        byte kind = reader.UInt8();
        TrainingState state = (kind, plan.Family) switch
        {
            (SketchState.KindByte, BoostingSettings { Edges: BinEdgeSource.Sketched }) => SketchState.Read(ref reader, plan, round),
            (BoostingState.KindByte, BoostingSettings) => BoostingState.Read(ref reader, plan, round),
            (NewtonState.KindByte, LogisticSettings) => NewtonState.Read(ref reader, plan, round),
            (AcceptanceState.KindByte, _) => AcceptanceState.Read(ref reader, plan, round),
            _ => throw reader.Malformed("a state of the plan's family", kind),
        };
        reader.End();
        reader.Require(plan.Acceptance is null || kind == AcceptanceState.KindByte || state.Request is not null, "a vote before the end", kind);
        return state;
    }

    /// <summary>The state's canonical bytes, the same on every machine.</summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        writer.Raw(Label);
        Plan.Write(writer);
        writer.Int32(Round);
        writer.UInt8(Kind);
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>The next state: a pure function of this one, of the sum and of how many banks it is of.</summary>
    /// <param name="sum">Entry by entry, the sum of what <paramref name="cohort"/> banks contributed.</param>
    /// <exception cref="InvalidOperationException">Training is complete.</exception>
    /// <exception cref="ArgumentException">No <paramref name="cohort"/> contributions within the request's bounds have this sum.</exception>
    public TrainingState Advance(ReadOnlySpan<long> sum, int cohort)
    {
        RoundRequest request = Request ?? throw new InvalidOperationException("Training is complete.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cohort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cohort, LargestCohort);
        if (sum.Length != request.Length)
        {
            throw new ArgumentException($"The sum has {sum.Length} entries; the round asked for {request.Length}.", nameof(sum));
        }

        long most = cohort * (request.Levels - 1);
        if (sum.ContainsAnyExceptInRange(0, most))
        {
            int at = sum.IndexOfAnyExceptInRange(0, most);
            throw new ArgumentException($"Entry {at} of the sum is {sum[at]}; {cohort} banks reach at most {most}.", nameof(sum));
        }

        TrainingState next = Next(sum, cohort);
        return Plan.Acceptance is not null && this is not AcceptanceState && next.Model is { } candidate
            ? new AcceptanceState(Plan, next.Round, candidate)
            : next;
    }

    internal abstract void Write(CanonicalWriter writer);

    private protected abstract TrainingState Next(ReadOnlySpan<long> sum, int cohort);
}
