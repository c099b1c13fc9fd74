using System.Buffers.Binary;
using System.Security.Cryptography;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Primitives;
using Consortium.Privacy;
using CsCheck;

namespace Consortium.Learning.Tests.Models.Files;

public sealed class ModelFileTests
{
    private static readonly Gen<ModelFile> Files =
        Gen.Select(
            Gen.OneOf(RandomModels.Ensemble.Select(model => (Model)model), RandomModels.Logistic.Select(model => (Model)model)),
            Gen.Byte.Array[32],
            Gen.String[Gen.Char.AlphaNumeric, 0, 40],
            Gen.Int[0, 500],
            Gen.OneOfConst(null, Guarantee))
            .Select(
                (model, digest, session, rounds, guarantee) => new ModelFile
                {
                    Model = model,
                    PlanDigest = digest,
                    Session = session,
                    Rounds = rounds,
                    Guarantee = guarantee,
                });

    private static PrivacyGuarantee Guarantee => new()
    {
        Epsilon = 7.75,
        Delta = 1e-6,
        Unit = PrivacyUnit.Account,
        First = new DateOnly(2026, 1, 1),
        Last = new DateOnly(2026, 6, 30),
    };

    [Fact]
    public void Sentence_OfAGuarantee_GivesEpsilonDeltaUnitWindowAndWhatTheyMean() => Assert.Equal(
        "Epsilon 7.75, delta 1e-6, for each account (all payments that one account sent) from 2026-01-01 to 2026-06-30: "
            + "whether it was among the training data changes the odds of anything that a member can conclude from the session's "
            + "training sums and its model by a factor of 2321.6 at most, but for a probability of about 1e-6.",
        Guarantee.Sentence);

    [Fact]
    public void FromBytes_AnyFile_RoundTripsToTheByte() =>
        Files.Sample(file =>
        {
            byte[] bytes = file.ToBytes();
            ModelFile read = ModelFile.FromBytes(bytes);

            Assert.Equal(bytes, read.ToBytes());
            Assert.Equal(file.Model.Digest.Span, read.Model.Digest.Span);
            Assert.Equal(file.PlanDigest.Span, read.PlanDigest.Span);
            Assert.Equal((file.Session, file.Rounds, file.Guarantee), (read.Session, read.Rounds, read.Guarantee));
        });

    [Fact]
    public void FromBytes_AnyBitFlipped_IsRejected() =>
        Gen.Select(Files, Gen.Int[0, int.MaxValue]).Sample((file, bit) =>
        {
            byte[] bytes = file.ToBytes();
            bit %= bytes.Length * 8;
            bytes[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.Throws<MalformedDataException>(() => ModelFile.FromBytes(bytes));
        }, iter: 500);

    [Fact]
    public void FromBytes_AnyTruncation_IsRejected() =>
        Gen.Select(Files, Gen.Int[0, int.MaxValue]).Sample((file, length) =>
        {
            byte[] bytes = file.ToBytes();
            Assert.Throws<MalformedDataException>(() => ModelFile.FromBytes(bytes.AsSpan(0, length % bytes.Length)));
        }, iter: 500);

    /// <summary>
    /// Files whose content was mutated and whose digest was then made right, as an attacker would: each is rejected with the one
    /// exception, or is a model that writes back the very same bytes and scores without fault.
    /// </summary>
    [Fact]
    public void FromBytes_MutatedContentWithRightDigest_IsRejectedOrCanonical()
    {
        const int Mutations = 200_000;
        var random = new PCG(stream: 9, seed: 9);
        byte[][] seeds = [.. Enumerable.Range(0, 40).Select(_ => Files.Generate(random, null, out Size _).ToBytes())];
        int rejected = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] bytes = Mutate(seeds[i % seeds.Length], random);
            try
            {
                ModelFile file = ModelFile.FromBytes(bytes);
                Assert.Equal(bytes, file.ToBytes());
                Assert.False(double.IsNaN(file.Model.LogOdds(new float[file.Model.FeatureCount])));
            }
            catch (MalformedDataException)
            {
                rejected++;
            }
        }

        // Both outcomes must be common, or the mutations test nothing.
        Assert.InRange(rejected, Mutations / 4, Mutations * 9 / 10);
    }

    [Fact]
    public void FromBytes_NewerVersion_SaysSo()
    {
        byte[] bytes = Example().ToBytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 3);

        var error = Assert.Throws<MalformedDataException>(() => ModelFile.FromBytes(bytes));

        Assert.Equal(
            "Malformed model file at offset 8: expected version 1 or 2, found version 3, which a newer release wrote: update "
                + "this one to read it.",
            error.Message);
    }

    [Fact]
    public void FromBytes_OtherFile_IsRejectedAtItsStart() =>
        Assert.Equal(
            0, Assert.Throws<MalformedDataException>(() => ModelFile.FromBytes("PK\u0003\u0004 not a model at all"u8)).Offset);

    /// <summary>The format's test vector: a change of these bytes is a new version.</summary>
    [Fact]
    public void ToBytes_Example_HasItsDigest() =>
        Assert.Equal(
            "a169d1baf6fe128805dfb26cbeca12a26a1a3db390acf9fcdd777d7eb20b8575",
            Convert.ToHexStringLower(SHA256.HashData(Example().ToBytes())));

    [Fact]
    public async Task SaveAsync_OverAnOlderFile_ReplacesItAndLeavesNothingBeside()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("model-file-");
        try
        {
            string path = Path.Combine(folder.FullName, "model.csm");
            await File.WriteAllTextAsync(path, "an older model");
            ModelFile file = Example();

            file.Save(path);

            Assert.Equal(file.ToBytes(), (await ModelFile.LoadAsync(path)).ToBytes());
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ModelFile Example() => new()
    {
        Model = new TreeEnsemble(
            2,
            SHA256.HashData("schema"u8),
            -3.5,
            [Tree.Create(
                2, [0, 1], [0, 0], [1f, 0.3f], [true, false], [~0, ~1], [1, ~2], [1, 1], [3, 2], [10, 20, 30], [1, 1, 1])]),
        PlanDigest = SHA256.HashData("plan"u8),
        Session = "spring",
        Rounds = 12,
    };

    private static byte[] Mutate(byte[] seed, PCG random)
    {
        byte[] content = seed[..^SHA256.HashSizeInBytes];
        for (uint change = random.Next(3); change < 3; change++)
        {
            int at = (int)random.Next((uint)content.Length);
            switch (random.Next(5))
            {
                case 0: content[at] ^= (byte)(1 << (int)random.Next(8)); break;
                case 1: content[at] = (byte)random.Next(256); break;
                case 2: content[at] = random.Next(2) == 0 ? (byte)0 : (byte)0xff; break;
                case 3 when at + 4 <= content.Length:
                    BinaryPrimitives.WriteInt32LittleEndian(
                        content.AsSpan(at), (int)random.Next(uint.MaxValue) >> (int)random.Next(31));
                    break;
                case 4:
                    content = random.Next(8) == 0 ? content[..at] : [.. content[..at], (byte)random.Next(256), .. content[at..]];
                    break;
            }

            if (content.Length == 0)
            {
                break;
            }
        }

        return [.. content, .. SHA256.HashData(content)];
    }
}
