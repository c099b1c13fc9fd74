using Consortium.Adversary.Tests.Stepped;
using Consortium.Hosting.Storage;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>
/// What failing disks and clocks do to a session: nothing that was acknowledged is lost, and people are told what to do.
/// </summary>
public sealed class StorageTests
{
    private static readonly TrainingPlan Training = GeneratedBanks.Training(new LogisticSettings { Steps = 2 });

    [Theory]
    [InlineData("aggregator")]
    [InlineData("holder-a")]
    [InlineData("bank-a")]
    public async Task LoseWhatWasAcknowledged_DiskFullForAMinute_SessionEndsInTheSameState(string name)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        (StateDigest pooled, int rounds) = banks.Pooled(Training);
        SteppedDaemon daemon = consortium.Daemons.Single(one => one.Id.Name == name);
        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, rounds, "Disk full"));
        await consortium.RunAsync(() => consortium.Network.Said<UpdateSubmitted>().Count > 0);

        DateTimeOffset until = consortium.Time.GetUtcNow() + TimeSpan.FromMinutes(1);
        daemon.ExpectsFailures = true;
        daemon.Faults = point =>
        {
            if (point is "blob:writing" or "database:committing")
            {
                throw new IOException("No space left on device", 28); // ENOSPC
            }
        };
        await consortium.RunAsync(() => consortium.Time.GetUtcNow() > until);
        Assert.NotEmpty(daemon.Failures);
        Assert.Equal(name == "holder-a" ? 3 : 0, consortium.Reached(plan, rounds).Length); // two key holders are enough

        daemon.Faults = Hosting.Faults.FaultPoints.None;
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.Empty(consortium.Network.DeadLetters);
    }

    [Theory]
    [InlineData("aggregator")]
    [InlineData("holder-a")]
    [InlineData("bank-a")]
    public async Task WorkOnWithADamagedDatabase_PageCorruptedWhileDown_StartIsRejectedUntilItIsRestored(string name)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        (StateDigest pooled, int rounds) = banks.Pooled(Training);
        SteppedDaemon daemon = consortium.Daemons.Single(one => one.Id.Name == name);
        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, rounds, "Damaged page"));
        await consortium.RunAsync(() => consortium.Network.Said<Signed<CohortApproval>>().Count > 0);

        string file = Path.Combine(daemon.DataPath, "state.db");
        byte[] whole = [];
        StorageException rejected = await Assert.ThrowsAsync<StorageException>(() => daemon.RestartAsync(() =>
        {
            whole = File.ReadAllBytes(file);
            byte[] damaged = [.. whole];
            damaged.AsSpan(2 * 4096, 4096).Fill(0xA5);
            File.WriteAllBytes(file, damaged);
        }));
        Assert.Equal(StorageFault.Corrupt, rejected.Fault);
        Assert.Contains(
            "restore the data folder from a backup; a key holder must not go back to an older backup than its last approval",
            rejected.Message, StringComparison.Ordinal);

        await daemon.RestartAsync(() => File.WriteAllBytes(file, whole));
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
    }

    [Fact]
    public async Task SumWhatIsNotThere_CiphertextTornOnDisk_SaysWhichFileAndSumsWhenItIsRestored()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        (StateDigest pooled, int rounds) = banks.Pooled(Training);
        SteppedDaemon aggregator = consortium.Aggregator;
        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, rounds, "Torn write"));
        string blobs = Path.Combine(aggregator.DataPath, "blobs");
        await consortium.RunAsync(
            () => Directory.Exists(blobs) && Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories).Any());

        aggregator.ExpectsFailures = true;
        string file = Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories).First();
        byte[] whole = await File.ReadAllBytesAsync(file);
        await aggregator.RestartAsync(() => File.WriteAllBytes(file, whole[..(whole.Length / 2)]));
        await consortium.RunAsync(() => consortium.Log.ToString().Contains(Path.GetFileName(file), StringComparison.Ordinal));
        Assert.Empty(consortium.Network.Said<ShareSumReleased>());

        await File.WriteAllBytesAsync(file, whole);
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task ConfuseTheClock_OneHourForOneDaemonInEachRound_SessionEndsInTheSameState(int hours)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        (StateDigest pooled, int rounds) = banks.Pooled(Training);
        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, rounds, "Jumping clock"));
        for (int round = 1; round <= rounds; round++)
        {
            int updates = round * 2;
            await consortium.RunAsync(
                () => consortium.Network.Said<UpdateSubmitted>().Select(
                    said => said.Message.Digest).Distinct().Count() >= updates);
            foreach (SteppedDaemon daemon in consortium.Daemons.Where((_, i) => i % 3 == round % 3))
            {
                daemon.Clock.Skew += TimeSpan.FromHours(hours);
            }
        }

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.Empty(consortium.Network.Said<Signed<AttemptAbandoned>>());
    }
}
