using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Scoring;
using Consortium.Cryptography.Tests.Vectors;

namespace Consortium.Cryptography.Tests.Scoring;

/// <summary>Bytes that must never change without a new label in the seeds: Vectors/scoring.md says how they are made.</summary>
public sealed class ScoringVectorTests
{
    [Fact]
    public void Recipe_GivesTheBytesCheckedIn() => VectorFile.AssertMadeBy("scoring.json", Make(InstructionSets.Best));

    [Fact]
    public void Recipe_OnTheReferencePath_GivesTheSameBytes()
    {
        IReadOnlyDictionary<string, byte[]> vectors = VectorFile.Read("scoring.json");

        Assert.All(Make(InstructionSet.Scalar), entry => Assert.Equal(vectors[entry.Key], entry.Value));
    }

    private static Dictionary<string, byte[]> Make(InstructionSet set)
    {
        var vectors = new Dictionary<string, byte[]>();
        using var alone = new ScoringCase("vector alone", ScoringParameters.Coarse(4104, 1), 3, set);
        using var four = new ScoringCase("vector four", ScoringParameters.Fine(800, 4), 30, set);
        foreach ((string name, ScoringCase subject) in new[] { ("alone", alone), ("four", four) })
        {
            byte[] query = subject.Encrypt(subject.Payments());
            Add($"{name}_key", subject.Key.PublicKey);
            Add($"{name}_query", query);
            Add($"{name}_reply", subject.Reply(query));
        }

        return vectors;

        void Add(string name, ReadOnlySpan<byte> bytes)
        {
            vectors.Add(name, bytes[..64].ToArray());
            vectors.Add(name + "_sha256", SHA256.HashData(bytes));
        }
    }
}
