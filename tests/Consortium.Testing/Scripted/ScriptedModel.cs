using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing.Scripted;

/// <summary>
/// A model that any bank can compute in its head: what round it is says what it sends, and the sum so far is its state.
/// </summary>
public sealed record ScriptedModel(int Values, ulong Levels)
{
    private readonly ConcurrentDictionary<PartyId, long[]> _steady = [];

    public static StateDigest Initial { get; } = new(Digest.Of("scripted"u8));

    /// <summary>
    /// Whether a bank sends in every round what it sends in the first: computed once, so that making it takes no time of the
    /// others.
    /// </summary>
    public bool IsSteady { get; init; }

    /// <summary>Pseudorandom values below <see cref="Levels"/>, the same whenever asked for.</summary>
    public long[] Vector(PartyId bank, RoundNumber round) =>
        IsSteady ? _steady.GetOrAdd(bank, one => Make(one, RoundNumber.First)) : Make(bank, round);

    /// <summary>Stands for the digest of a vector, which bank and round determine.</summary>
    public static Digest DigestOf(PartyId bank, RoundNumber round) =>
        Digest.Of(System.Text.Encoding.ASCII.GetBytes($"{bank} {round}"));

    public StateDigest Advance(StateDigest state, ReadOnlySpan<long> sum)
    {
        ulong checksum = 0;
        foreach (long value in sum)
        {
            checksum = (checksum * 0x9E3779B97F4A7C15) + (ulong)value;
        }

        byte[] next = [.. state.Value.ToArray(), .. BitConverter.GetBytes(checksum)];
        return new StateDigest(Digest.Of(next));
    }

    /// <summary>The state that <paramref name="rounds"/> rounds lead to when all vectors are added in one place.</summary>
    public StateDigest Pooled(IReadOnlyList<PartyId> banks, int rounds)
    {
        StateDigest state = Initial;
        RoundNumber round = RoundNumber.First;
        for (int done = 0; done < rounds; done++, round = round.Next)
        {
            long[] sum = new long[Values];
            foreach (PartyId bank in banks)
            {
                long[] vector = Vector(bank, round);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += vector[i];
                }
            }

            state = Advance(state, sum);
        }

        return state;
    }

    public SessionPlan Plan(ConsortiumDigest consortium, IEnumerable<PartyId> banks, int rounds, string name = "Scripted") =>
        new()
        {
            Consortium = consortium,
            Name = name,
            Workload = "scripted",
            Parameters = ReadOnlyMemory<byte>.Empty,
            InitialState = Initial,
            Rounds = rounds,
            Participants = [.. banks.Order()],
            Cohort = CohortRule.Fixed,
            MinimumCohort = 3,
            MaximumAttempts = 3,
            MaximumValues = Values,
            UpdateSeconds = 600,
            Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
            CreatedAt = 1_800_000_000_000,
        };

    private long[] Make(PartyId bank, RoundNumber round)
    {
        long[] vector = new long[Values];
        byte[] seed = SHA256.HashData(
            [.. System.Text.Encoding.ASCII.GetBytes(bank.Name), (byte)round.Value, (byte)(round.Value >> 8)]);
        ulong word = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        for (int i = 0; i < vector.Length; i++)
        {
            word ^= word << 13;
            word ^= word >> 7;
            word ^= word << 17;
            vector[i] = (long)(word % Levels);
        }

        return vector;
    }
}
