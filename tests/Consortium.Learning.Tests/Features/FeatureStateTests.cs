using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using Consortium.Primitives;
using CsCheck;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureStateTests
{
    private static readonly BankId Bank = RandomPayments.Banks[0];

    [Fact]
    public void Load_SavedAnywhere_ContinuesAsOneStraightRun() =>
        Gen.Select(Gen.Int, Gen.Int[2, 12], Gen.OneOfConst(1, 300, 6000, 20_000), Gen.Int[0, 100]).Sample(
            (seed, accounts, gap, percent) =>
            {
                List<NamedPayment> payments = FeatureExtractorTests.Seen(RandomPayments.Draw(seed, 250, accounts, gap));
                int cut = payments.Count * percent / 100;
                List<float[]?> straight = FeatureExtractorTests.Extract(payments);

                var today = new AccountTable();
                var extractor = new FeatureExtractor(Bank, today);
                FeatureExtractorTests.Extract(extractor, payments[..cut].Select(payment => payment.In(today)));
                byte[] state = Save(extractor);

                var tomorrow = new AccountTable();
                tomorrow.Intern(new BankId("9"), "an account that shifts every index");
                FeatureExtractor loaded = FeatureExtractor.Load(new MemoryStream(state), tomorrow);
                Assert.Equal(state, Save(loaded));
                Assert.Equal(
                    straight[cut..],
                    FeatureExtractorTests.Extract(loaded, payments[cut..].Select(payment => payment.In(tomorrow))));
                Assert.Equal(
                    straight[cut..],
                    FeatureExtractorTests.Extract(extractor, payments[cut..].Select(payment => payment.In(today))));
            },
            iter: 100);

    [Fact]
    public void Load_AnyByteChanged_Rejects()
    {
        byte[] state = SmallState();
        Gen.Select(Gen.Int[0, state.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                byte[] changed = [.. state];
                changed[at] ^= change;
                Assert.Throws<MalformedDataException>(() => Load(changed));
            },
            iter: 3000);
    }

    [Fact]
    public void Load_CutShortOrTooLong_Rejects()
    {
        byte[] state = SmallState();
        for (int length = 0; length < state.Length; length += 1 + length / 100)
        {
            Assert.Throws<MalformedDataException>(() => Load(state[..length]));
        }

        Assert.Throws<MalformedDataException>(() => Load([.. state, 0]));
    }

    /// <summary>The digest keeps accidents out, not an author of hostile states: these come with a digest that fits.</summary>
    [Fact]
    public void Load_HostileBytesWithTheirDigest_RejectsOrYieldsAWorkingExtractor()
    {
        byte[] state = SmallState();
        Gen.Select(Gen.Int[36, state.Length - 33], Gen.Byte, Gen.Int[0, state.Length - 36]).Array[1, 4].Sample(
            edits =>
            {
                byte[] hostile = [.. state];
                foreach ((int at, byte value, int from) in edits)
                {
                    if (value < 128)
                    {
                        hostile[at] = value;
                    }
                    else
                    {
                        state.AsSpan(from, 4).CopyTo(hostile.AsSpan(Math.Min(at, state.Length - 36)));
                    }
                }

                System.Security.Cryptography.SHA256.HashData(
                    hostile.AsSpan(0, hostile.Length - 32), hostile.AsSpan(hostile.Length - 32));
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    FeatureExtractor loaded = Load(hostile, out AccountTable accounts);
                    IEnumerable<NamedPayment> later = RandomPayments.Draw(1, 30, 6, 30)
                        .Select(payment => payment with { Time = payment.Time.AddDays(40) });
                    if (loaded.Bank == Bank)
                    {
                        FeatureExtractorTests.Extract(
                            loaded, FeatureExtractorTests.Seen([.. later]).Select(payment => payment.In(accounts)));
                    }
                }
                catch (MalformedDataException)
                {
                }
                catch (ArgumentException error) when (error.Message.Contains("order of time", StringComparison.Ordinal))
                {
                    // The state claims a later minute: the payments that follow are rejected.
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
            },
            iter: 3000);
    }

    [Fact]
    public void Load_MillionsOfAccountsClaimed_AllocatesNothingForThem()
    {
        byte[] state = SmallState();
        byte[] head = [.. state[..36], 3, 0, .. "001"u8, 0, 0, 0, 0, 255, 255, 255, 127];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedDataException>(() => Load(head));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static byte[] SmallState()
    {
        var accounts = new AccountTable();
        var extractor = new FeatureExtractor(Bank, accounts);
        FeatureExtractorTests.Extract(
            extractor, FeatureExtractorTests.Seen(RandomPayments.Draw(7, 120, 6, 600)).Select(payment => payment.In(accounts)));
        return Save(extractor);
    }

    private static byte[] Save(FeatureExtractor extractor)
    {
        var stream = new MemoryStream();
        extractor.Save(stream);
        return stream.ToArray();
    }

    private static FeatureExtractor Load(byte[] state) => Load(state, out _);

    private static FeatureExtractor Load(byte[] state, out AccountTable accounts)
    {
        accounts = new AccountTable();
        return FeatureExtractor.Load(new MemoryStream(state), accounts, (_, columns) => Assert.NotEqual(0, columns.Length));
    }
}
