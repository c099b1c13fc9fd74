using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Encryption;

/// <summary>Tags of a cohort's chunks add up to the tag of their sum, and to that of no other.</summary>
public sealed class SumTagTests : IDisposable
{
    private const int Banks = 5;
    private static readonly SlotLayout Layout = SlotLayout.For(10, 65536);
    private static readonly byte[] Seed = SHA256.HashData("cohort and sum"u8);

    private readonly Cohort _cohort = new(
        Layout,
        [.. Enumerable.Range(0, Banks).Select(bank => Seeded.Values(bank, (2 * Layout.ValuesPerChunk) + 7, 65536))],
        seed: 3);

    private int Chunks => _cohort.Chunks[0].Length;

    public void Dispose() => _cohort.Dispose();

    [Fact]
    public void Sum_OfTheMembersTags_IsTheTagOfTheirSum() => Assert.Equal(TagOfSum(), MembersTags());

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Add_EveryPath_GivesTheReferencesTag(string path) =>
        Assert.Equal(Tag(Bank(1), InstructionSet.Scalar), Tag(Bank(1), Paths.Named(path)));

    /// <summary>Chunk by chunk in turns, as an audit reads them.</summary>
    [Fact]
    public void CreateSibling_UsedInTurns_GivesEachVectorItsTag()
    {
        using var first = new SumTagger(Seed, Layout);
        SumTagger second = first.CreateSibling();
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            first.Add(Bank(0)[chunk]);
            second.Add(Bank(1)[chunk]);
        }

        Assert.Equal(Tag(Bank(0), InstructionSet.Scalar), first.ToTag());
        Assert.Equal(Tag(Bank(1), InstructionSet.Scalar), second.ToTag());
    }

    /// <summary>The largest residues in all words: no sum of products overflows on any path.</summary>
    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Products_LargestResidues_AreExact(string path)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint modulus = RnsBasis.Moduli[prime].Value;
            uint[] residues = [.. Enumerable.Repeat(modulus - 1, RnsBasis.Degree)];
            uint[] factors = [.. Enumerable.Repeat(modulus - 1, SumTag.Copies * RnsBasis.Degree)];
            uint[] products = new uint[SumTag.Copies];

            SumTagKernel.Products(residues, factors, products, prime, Paths.Named(path));

            Assert.All(products, product => Assert.Equal((uint)RnsBasis.Degree, product));
        }
    }

    /// <summary>Every word of a difference counts, modulo every prime, in every copy but for chance.</summary>
    [Fact]
    public void Add_OneResidueChanged_ChangesAllCopiesOfItsPrimeAndNoOther()
    {
        byte[][] chunks = Bank(0);
        SumTag tag = Tag(chunks);
        using var random = new SeededRandom("changed residues");
        for (int trial = 0; trial < 200; trial++)
        {
            int prime = trial % RnsBasis.PrimeCount, chunk = random.Next(chunks.Length), word = random.Next(RnsBasis.Degree);
            byte[][] bent = [.. chunks];
            bent[chunk] = Changed(chunks[chunk], prime, word, 1 + (uint)random.Next(1000));
            byte[] before = tag.Encode(), after = Tag(bent).Encode();
            for (int i = 0; i < before.Length / 4; i++)
            {
                bool same = before.AsSpan(4 * i, 4).SequenceEqual(after.AsSpan(4 * i, 4));
                Assert.Equal(i / SumTag.Copies != prime, same);
            }
        }
    }

    /// <summary>Well-formed sums that are not the cohort's: each of them opens, or would under another key sum.</summary>
    [Theory]
    [InlineData("doubled")]
    [InlineData("dropped")]
    [InlineData("replaced")]
    [InlineData("key 0 added")]
    [InlineData("chunks exchanged")]
    public void Sum_OfMembersTags_IsNotTheTagOfABentSum(string how)
    {
        byte[][][] members = [.. Enumerable.Range(0, Banks).Select(Bank)];
        int[] zero = new int[RnsBasis.Degree];
        byte[] clear = ForgedChunk.Encrypt(Layout, Cohort.Seed, 0, zero, Seeded.Values(77, Layout.ValuesPerChunk, 2), zero);
        byte[][] bent = how switch
        {
            "doubled" => SumOf([.. members, members[2]]),
            "dropped" => SumOf(members[1..]),
            "replaced" => SumOf([.. members[1..], members[1]]),
            "key 0 added" => SumOf([.. members, [clear, .. members[0][1..]]]),
            _ => Exchanged(SumOf(members)),
        };

        Assert.NotEqual(MembersTags(), Tag(bent));
    }

    [Fact]
    public void Tag_AnotherSeed_Differs()
    {
        using var other = new SumTagger(SHA256.HashData("another cohort"u8), Layout);
        other.Add(Bank(0)[0]);
        using var tagger = new SumTagger(Seed, Layout);
        tagger.Add(Bank(0)[0]);

        Assert.NotEqual(tagger.ToTag(), other.ToTag());
    }

    [Fact]
    public void Add_WrongChunkOrMalformed_IsRejectedAndTheTagIsAsBefore()
    {
        byte[][] chunks = Bank(0);
        using var tagger = new SumTagger(Seed, Layout);
        Assert.Throws<MalformedDataException>(() => tagger.Add(chunks[1]));
        tagger.Add(chunks[0]);
        SumTag before = tagger.ToTag();
        byte[] bad = [.. chunks[1]];
        bad.AsSpan(ChunkHeader.Size + (3 * WireChunk.PrimeBytes)).Fill(0xFF);

        Assert.Throws<MalformedDataException>(() => tagger.Add(chunks[0]));
        Assert.Throws<MalformedDataException>(() => tagger.Add(bad));
        Assert.Equal(before, tagger.ToTag());
        tagger.Add(chunks[1]);
        tagger.Add(chunks[2]);
        Assert.Equal(Tag(chunks), tagger.ToTag());
        tagger.Restart();
        Array.ForEach(Bank(1), chunk => tagger.Add(chunk));
        Assert.Equal(Tag(Bank(1)), tagger.ToTag());
        Assert.Throws<ArgumentException>(() => new SumTagger(Seed.AsSpan(1), Layout));
    }

    [Fact]
    public void Decode_Encoded_IsEqualAndOtherBytesAreRejected()
    {
        SumTag tag = Tag(Bank(0));
        byte[] bytes = tag.Encode();

        Assert.Equal(SumTag.Size, bytes.Length);
        Assert.Equal(tag, SumTag.Decode(bytes));
        Assert.Throws<MalformedDataException>(() => SumTag.Decode(bytes.AsSpan(1)));
        BitConverter.TryWriteBytes(bytes.AsSpan(40), RnsBasis.Moduli[2].Value);
        Assert.Equal(40, Assert.Throws<MalformedDataException>(() => SumTag.Decode(bytes)).Offset);
    }

    private static byte[] Changed(byte[] wire, int prime, int word, uint difference)
    {
        byte[] changed = [.. wire];
        var residues = new uint[RnsBasis.Degree];
        WireChunk.Unpack(wire, prime, residues, InstructionSets.Best);
        residues[word] = RnsBasis.Moduli[prime].Add(residues[word], difference);
        WireChunk.Pack(residues, changed, prime, InstructionSets.Best);
        return changed;
    }

    private static byte[][] Exchanged(byte[][] sum)
    {
        byte[][] exchanged = [.. sum.Select(chunk => chunk.ToArray())];
        sum[1].AsSpan(ChunkHeader.Size).CopyTo(exchanged[0].AsSpan(ChunkHeader.Size));
        sum[0].AsSpan(ChunkHeader.Size).CopyTo(exchanged[1].AsSpan(ChunkHeader.Size));
        return exchanged;
    }

    private static byte[][] SumOf(byte[][][] members) =>
    [
        .. Enumerable.Range(0, members[0].Length).Select(chunk =>
        {
            var sum = new ChunkSum(Layout, chunk);
            foreach (byte[][] member in members)
            {
                sum.Add(member[chunk]);
            }

            byte[] wire = new byte[WireChunk.Size];
            sum.WriteTo(wire);
            return wire;
        }),
    ];

    private static SumTag Tag(byte[][] chunks) => Tag(chunks, InstructionSets.Best);

    private static SumTag Tag(byte[][] chunks, InstructionSet set)
    {
        using var tagger = new SumTagger(Seed, Layout, set);
        Array.ForEach(chunks, chunk => tagger.Add(chunk));
        return tagger.ToTag();
    }

    private byte[][] Bank(int bank) => [.. _cohort.Chunks[bank]];

    private SumTag MembersTags() => SumTag.Sum(Enumerable.Range(0, Banks).Select(bank => Tag(Bank(bank))));

    private SumTag TagOfSum() => Tag([.. Enumerable.Range(0, Chunks).Select(chunk => _cohort.Sum(chunk))]);
}
