using System.Buffers.Binary;
using System.Security.Cryptography;
using Consortium.Protocol.Messages;

namespace Consortium.EndToEnd.Tests.Scripted;

/// <summary>A model that any bank can compute in its head: what round it is says what it sends, and the sum so far is its state.</summary>
internal sealed record ScriptedModel(int Values, ulong Levels)
{
    public static StateDigest Initial { get; } = new(Digest.Of("scripted"u8));

    /// <summary>Pseudorandom values below <see cref="Levels"/>, the same whenever asked for.</summary>
    public long[] Vector(PartyId bank, RoundNumber round)
    {
        long[] vector = new long[Values];
        byte[] seed = SHA256.HashData([.. System.Text.Encoding.ASCII.GetBytes(bank.Name), (byte)round.Value, (byte)(round.Value >> 8)]);
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

    public StateDigest Advance(StateDigest state, ReadOnlySpan<long> sum)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(state.Value.ToArray());
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(sum));
        return new StateDigest(new Digest(hash.GetHashAndReset()));
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

    public SessionPlan Plan(ConsortiumDigest consortium, IEnumerable<PartyId> banks, int rounds) => new()
    {
        Consortium = consortium,
        Name = "Scripted",
        Family = "scripted",
        Model = ReadOnlyMemory<byte>.Empty,
        InitialState = Initial,
        Rounds = rounds,
        Participants = [.. banks.Order()],
        Cohort = CohortRule.Fixed,
        MinimumCohort = 3,
        MaximumAttempts = 3,
        MaximumValues = Values,
        UpdateSeconds = 600,
        Reports = [],
        CreatedAt = 1_800_000_000_000,
    };
}
