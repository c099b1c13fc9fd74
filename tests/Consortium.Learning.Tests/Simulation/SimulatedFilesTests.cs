using System.Security.Cryptography;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

public sealed class SimulatedFilesTests : IDisposable
{
    private static readonly SimulationPlan Plan = new() { Payments = 20_000, Accounts = 1_000, Days = 30, LaunderingRate = 0.01 };

    private readonly string _folder = Directory.CreateTempSubdirectory("consortium-simulation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WriteFiles_SameSeed_SameBytesAsEverBefore()
    {
        // The digest holds the generator still: it changes only when the generator does, and then on every machine alike.
        SimulatedFiles files = Simulator.WriteFiles(Plan, _folder, "held");

        Assert.Equal(HeldDigest, DigestOf(files));
    }

    [Fact]
    public void WriteFiles_OtherSeed_OtherBytes()
    {
        SimulatedFiles files = Simulator.WriteFiles(Plan, _folder, "one");
        SimulatedFiles again = Simulator.WriteFiles(Plan, _folder, "again");
        SimulatedFiles other = Simulator.WriteFiles(Plan with { Seed = 2 }, _folder, "other");

        Assert.Equal(DigestOf(files), DigestOf(again));
        Assert.NotEqual(DigestOf(files), DigestOf(other));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WriteFiles_ReadAgain_IsWhatRunGives(bool gzip)
    {
        SimulatedData data = Simulator.Run(Plan);
        SimulatedFiles files = Simulator.WriteFiles(Plan, _folder, "read", gzip);

        PaymentSet set = PaymentReader.ReadAll(
            files.Payments, new PaymentReadOptions { Accounts = data.Set.Accounts }, out ReadReport report);
        IReadOnlyList<LaunderingAttempt> attempts = PatternFile.Read(files.Patterns, data.Set.Accounts);

        Assert.Equal(0, report.OutOfOrderRows);
        Assert.Equal(data.Set.Payments, set.Payments);
        Assert.Equal(data.AccountRecords, AccountFile.Read(files.Accounts));
        Assert.Equal(data.Attempts.Count, attempts.Count);
        Assert.All(data.Attempts.Zip(attempts), pair =>
        {
            Assert.Equal(pair.First.Typology, pair.Second.Typology);
            Assert.Equal(pair.First.Description, pair.Second.Description);
            Assert.Equal(pair.First.Payments, pair.Second.Payments);
        });
    }

    private static string DigestOf(SimulatedFiles files)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string path in new[] { files.Payments, files.Patterns, files.Accounts })
        {
            digest.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private const string HeldDigest = "07d61899c94f3baf409df8fdf6a79815b75a09ff07bb96c2e556f109101895d0";
}
