using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// Where a session stands: all that its plan and the sums released so far tell, and nothing else. Immutable, and identical at
/// every bank.
/// A session is a loop: while there is a <see cref="Request"/>, each bank contributes integers for it
/// (<see cref="LocalTraining"/>), and
/// <see cref="Advance"/> turns their sum into the next state.
/// </summary>
public abstract class TrainingState
{
    /// <summary>Banks whose contributions may be summed: keeps the sums of any plan within 63 bits.</summary>
    public const int LargestCohort = 1024;

    private readonly Lazy<byte[]> _bytes;
    private readonly Lazy<byte[]> _digest;

    protected TrainingState(TrainingPlan plan, int round)
    {
        Plan = plan;
        Round = round;
        _bytes = new(Serialize);
        _digest = new(() => SHA256.HashData(_bytes.Value));
    }

    /// <summary>The kind of the vote's state, which no family may use.</summary>
    protected const byte AcceptanceKind = 5;

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

    /// <summary>The state's canonical bytes, the same on every machine. They are made once.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.Value;

    /// <summary>SHA-256 of <see cref="Bytes"/>, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Digest => _digest.Value;

    /// <summary>Tells the states of one family apart. <see cref="AcceptanceKind"/> is the vote's.</summary>
    protected abstract byte Kind { get; }

    public static TrainingState Begin(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Settings.Family.Begin(plan);
    }

    /// <summary>Reads <see cref="Bytes"/>.</summary>
    /// <exception cref="MalformedDataException">The bytes are no training state.</exception>
    public static TrainingState FromBytes(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader("training state", bytes);
        reader.Expect(Label);
        TrainingPlan plan = TrainingPlan.Read(ref reader);
        int round = reader.Int32(0, int.MaxValue, "a round");
        byte kind = reader.UInt8();
        TrainingState state = kind == AcceptanceKind
            ? AcceptanceState.Read(ref reader, plan, round)
            : plan.Settings.Family.ReadState(ref reader, kind, plan, round)
                ?? throw reader.Malformed($"a state of the plan's family, {plan.Settings.Family.Name}", kind);
        reader.End();
        reader.Require(
            plan.Acceptance is null || kind == AcceptanceKind || state.Request is not null, "a vote before the end", kind);
        return state;
    }

    /// <summary>The next state: a pure function of this one, of the sum and of how many banks it is of.</summary>
    /// <param name="sum">Entry by entry, the sum of what <paramref name="cohort"/> banks contributed.</param>
    /// <exception cref="InvalidOperationException">Training is complete.</exception>
    /// <exception cref="ArgumentException">No <paramref name="cohort"/> contributions within the request's bounds have this
    /// sum.</exception>
    public TrainingState Advance(ReadOnlySpan<long> sum, int cohort)
    {
        RoundRequest request = Request ?? throw new InvalidOperationException("Training is complete.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cohort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cohort, LargestCohort);
        if (request.FaultOf(sum, cohort) is { } fault)
        {
            throw new ArgumentException(fault, nameof(sum));
        }

        TrainingState next = request.Noise is { } noise ? Next(WithoutRoom(sum, cohort * noise.Room), cohort) : Next(sum, cohort);
        return Plan.Acceptance is not null && this is not AcceptanceState && next.Model is { } candidate
            ? new AcceptanceState(Plan, next.Round, candidate)
            : next;
    }

    /// <summary>Writes what the state holds beyond plan, round and kind.</summary>
    protected abstract void Write(CanonicalWriter writer);

    /// <summary>The next state.</summary>
    /// <param name="sum">Within the request's bounds; with noise, as far beyond the family's own as noise reaches.</param>
    /// <exception cref="ArgumentException">No contributions have this sum.</exception>
    protected abstract TrainingState Next(ReadOnlySpan<long> sum, int cohort);

    private static long[] WithoutRoom(ReadOnlySpan<long> sum, long room)
    {
        long[] centred = sum.ToArray();
        foreach (ref long entry in centred.AsSpan())
        {
            entry -= room;
        }

        return centred;
    }

    private byte[] Serialize()
    {
        var writer = new CanonicalWriter();
        writer.Raw(Label);
        Plan.Write(writer);
        writer.Int32(Round);
        writer.UInt8(Kind);
        Write(writer);
        return writer.ToArray();
    }
}
