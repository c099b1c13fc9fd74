using Consortium.Cryptography.Accounting;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Tests.Accounting;

/// <summary>Honest accounts: they hold at every holder, once, and leave nothing behind.</summary>
public sealed class AccountTests
{
    public static TheoryData<int, int> Committees => new() { { 2, 3 }, { 3, 5 }, { 2, 2 } };

    internal static IEnumerable<SlotLayout> Layouts =>
    [
        SlotLayout.For(3, 65536), SlotLayout.For(10, 65536), SlotLayout.For(3, 2), SlotLayout.For(10, 1000), SlotLayout.For(1, 3),
        SlotLayout.For(3, 1ul << 33), SlotLayout.For(3, 65536).WithMostLevels(), SlotLayout.For(1, ulong.MaxValue - 1),
    ];

    [Theory]
    [MemberData(nameof(Committees))]
    public void Why_HonestAccount_HoldsAtEveryHolder(int threshold, int holders)
    {
        using var random = new SeededRandom($"places {threshold} {holders}");
        foreach (SlotLayout layout in Layouts)
        {
            using var bank = new AccountedBank(threshold, holders, layout, seed: threshold + layout.Slots);
            DisputedPlace[] places =
            [
                new(0, 0), new(1, RnsBasis.Degree - 1), new(random.Next(2), random.Next(RnsBasis.Degree)),
                AccountedBank.KeyPlace(0), AccountedBank.KeyPlace(random.Next(RnsBasis.Degree)),
            ];
            foreach (DisputedPlace place in places)
            {
                AccountStatement statement = bank.Statement(place);
                (byte[][] shares, byte[] proof) = bank.Accounted(place);

                Assert.All(bank.Verdicts(statement, shares, proof), Assert.Null);
                Assert.All(shares, share => Assert.Equal(statement.ShareLength, share.Length));
                Assert.Equal(statement.ProofLength, proof.Length);
            }
        }
    }
}
