using System.Buffers.Binary;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Scoring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Scoring;

public sealed class ScoringPropertyTests
{
    [Theory]
    [InlineData(8, 1, true)]
    [InlineData(800, 4, false)]
    [InlineData(800, 8, true)]
    [InlineData(4096, 1, false)]
    [InlineData(4104, 2, true)]
    [InlineData(9256, 1, true)]
    public void Open_RepliesToQueries_AreTheScoresInTheClear(int cells, int payments, bool isCoarse)
    {
        ScoringParameters parameters = Parameters(cells, payments, isCoarse);
        int largest = Math.Min(500, (parameters.PlainModulus - 1) / 2 / (cells / 8));
        using var subject = new ScoringCase($"property {cells} {payments}", parameters, largest, InstructionSets.Best);
        int[] scores = new int[payments];
        for (int query = 0; query < 20; query++)
        {
            byte[] values = subject.Payments();

            Assert.True(subject.Opener.TryOpen(subject.Reply(subject.Encrypt(values)), scores));
            Assert.Equal(subject.Clear(values), scores);
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Score_EveryPath_GivesTheReferencesBytes(string path)
    {
        Assert.Equal(Bytes(InstructionSet.Scalar, 1), Bytes(Paths.Named(path), 1));
        Assert.Equal(Bytes(InstructionSet.Scalar, 4), Bytes(Paths.Named(path), 4));

        static byte[] Bytes(InstructionSet set, int payments)
        {
            using var subject = new ScoringCase("path", ScoringParameters.Fine(1032, payments), 30, set);
            byte[] query = subject.Encrypt(subject.Payments());
            return [.. subject.Key.PublicKey, .. query, .. subject.Reply(query)];
        }
    }

    [Fact]
    public void Open_RepliesOfAnotherKeyOrModel_DoNotOpenForLong()
    {
        using var subject = new ScoringCase("right", ScoringParameters.Coarse(80, 8), 100, InstructionSets.Best);
        using var other = new ScoringCase("wrong", ScoringParameters.Coarse(80, 8), 100, InstructionSets.Best);
        int[] scores = new int[8];
        int opened = 0;
        for (int i = 0; i < 40; i++)
        {
            byte[] query = subject.Encrypt(subject.Payments());
            byte[] reply = new byte[subject.Parameters.ReplyBytes];
            subject.Scorer.Score(query, other.PublicKey, reply);
            opened += subject.Opener.TryOpen(reply, scores) ? 1 : 0;
            opened += other.Opener.TryOpen(subject.Reply(query), scores) ? 1 : 0;
        }

        // Eight random coefficients pass with 0.6^8 = 0.017: more than ten of 80 would be a chance of 10^-6.
        Assert.InRange(opened, 0, 10);
    }

    [Fact]
    public void Score_HostileQuery_IsRejectedAndTheNextOneScored()
    {
        using var subject = new ScoringCase("hostile", ScoringParameters.Coarse(80, 1), 100, InstructionSets.Best);
        byte[] values = subject.Payments(), query = subject.Encrypt(values), reply = new byte[subject.Parameters.ReplyBytes];
        byte[] outOfRange = [.. query], key = subject.Key.PublicKey.ToArray();
        outOfRange.AsSpan(ScoringParameters.SeedBytes, WireChunk.PrimeBytes).Fill(0xFF);
        key.AsSpan(ScoringParameters.SeedBytes).Fill(0xFF);

        Assert.Throws<MalformedDataException>(() => subject.Scorer.Score(outOfRange, subject.PublicKey, reply));
        Assert.Throws<MalformedDataException>(() => subject.Scorer.Score(query.AsSpan(1), subject.PublicKey, reply));
        Assert.Throws<MalformedDataException>(() => ScoringPublicKey.Read(key));
        Assert.Throws<MalformedDataException>(() => ScoringPublicKey.Read(key.AsSpan(1)));
        Assert.All(reply, value => Assert.Equal(0, value));

        int[] scores = new int[1];
        reply = subject.Reply(query);
        Assert.True(subject.Opener.TryOpen(reply, scores));
        Assert.Equal(subject.Clear(values), scores);
        reply[^1] |= 0x80;
        Assert.Throws<MalformedDataException>(() => subject.Opener.TryOpen(reply, scores));
    }

    [Fact]
    public void Encrypt_TwiceTheSame_SharesNeitherSeedNorResidues()
    {
        using var subject = new ScoringCase("fresh", ScoringParameters.Coarse(80, 1), 100, InstructionSets.Best);
        byte[] values = subject.Payments(), first = subject.Encrypt(values), second = subject.Encrypt(values);

        Assert.NotEqual(
            BinaryPrimitives.ReadUInt128LittleEndian(first), BinaryPrimitives.ReadUInt128LittleEndian(second));
        Assert.InRange(first.Zip(second).Count(pair => pair.First == pair.Second), 0, first.Length / 100);
    }

    [Fact]
    public void Encrypt_ValuesThatAreNoCells_AreRejected()
    {
        using var subject = new ScoringCase("values", ScoringParameters.Coarse(80, 2), 100, InstructionSets.Best);
        byte[] query = new byte[subject.Parameters.QueryBytes], two = new byte[80];
        two[7] = 2;

        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Encryptor.Encrypt(two, query));
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Encryptor.Encrypt([], query));
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Encryptor.Encrypt(new byte[79], query));
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Encryptor.Encrypt(new byte[240], query));
        Assert.All(query, value => Assert.Equal(0, value));
    }

    private static ScoringParameters Parameters(int cells, int payments, bool isCoarse) =>
        isCoarse ? ScoringParameters.Coarse(cells, payments) : ScoringParameters.Fine(cells, payments);
}
