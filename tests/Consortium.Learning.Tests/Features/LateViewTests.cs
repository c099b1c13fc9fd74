using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using CsCheck;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class LateViewTests
{
    private static readonly BankId Bank = RandomPayments.Banks[0];

    private static readonly Gen<List<NamedPayment>> Traffic =
        from seed in Gen.Int
        from count in Gen.Int[1, 200]
        from accounts in Gen.Int[2, 12]
        from gap in Gen.OneOfConst(1, 40, 500, 3000)
        select FeatureExtractorTests.Seen(RandomPayments.Draw(seed, count, accounts, gap));

    /// <summary>Within a year, for the reference forgets no account.</summary>
    [Fact]
    public void Add_SmallTraffic_EveryLateColumnEqualsItsDefinition() =>
        Gen.Select(Gen.Int, Gen.Int[2, 10], Gen.OneOfConst(2, 40, 500)).Sample(
            (seed, accounts, gap) =>
            {
                List<NamedPayment> payments = FeatureExtractorTests.Seen(RandomPayments.Draw(seed, 100, accounts, gap));
                var reference = new LateReference(payments);
                foreach ((int index, float[] row) in Late(payments))
                {
                    AssertSame(reference.Row(index), row, index);
                }
            },
            iter: 40);

    [Fact]
    public void Add_MovedOnBy24Hours_HandsOnEachOwnedPaymentOnceInOrder() => Traffic.Sample(
        payments =>
        {
            DateTime last = payments[^1].Time;
            IEnumerable<int> due = Enumerable.Range(0, payments.Count).Where(
                i => NamedPayment.BankOf(payments[i].From) == Bank && payments[i].Time.AddDays(1) < last);
            Assert.Equal(due, Late(payments).Select(late => late.Index));
        },
        iter: 100);

    [Fact]
    public void Add_MoreThan24HoursLater_ChangesNothing() => Gen.Select(Traffic, Traffic).Sample(
        (payments, others) =>
        {
            DateTime cut = payments[^1].Time;
            TimeSpan shift = cut.AddMinutes(1) - others[0].Time;
            List<NamedPayment> longer =
                [.. payments, .. others.Select(payment => payment with { Time = payment.Time + shift })];
            List<(int Index, float[] Row)> late = Late(payments);
            Assert.Equal(late, Late(longer).Take(late.Count), SameRow);
        },
        iter: 100);

    [Fact]
    public void Add_OtherLabels_GiveTheSameLateColumns() => Traffic.Sample(
        payments => Assert.Equal(
            Late(payments), Late(payments, payment => payment with { Label = Label.Laundering }), SameRow),
        iter: 30);

    [Fact]
    public void Add_WithAndWithoutATaker_GivesTheSameFeatures() => Traffic.Sample(
        payments =>
        {
            var accounts = new AccountTable();
            Assert.Equal(
                FeatureExtractorTests.Extract(payments),
                FeatureExtractorTests.Extract(
                    new FeatureExtractor(Bank, accounts, (_, _) => { }), payments.Select(payment => payment.In(accounts))));
        },
        iter: 30);

    [Fact]
    public void Load_SavedAnywhere_HandsOnTheSameLateColumns() => Gen.Select(Traffic, Gen.Int[0, 100]).Sample(
        (payments, percent) =>
        {
            int cut = payments.Count * percent / 100;
            var today = new AccountTable();
            var rows = new List<(int, float[])>();
            void take(int number, ReadOnlySpan<float> columns) => rows.Add((number, columns.ToArray()));
            var extractor = new FeatureExtractor(Bank, today, take);
            Feed(extractor, payments[..cut].ConvertAll(payment => payment.In(today)), 0);
            var state = new MemoryStream();
            extractor.Save(state);

            var tomorrow = new AccountTable();
            FeatureExtractor loaded = FeatureExtractor.Load(new MemoryStream(state.ToArray()), tomorrow, take);
            Feed(loaded, payments[cut..].ConvertAll(payment => payment.In(tomorrow)), cut);
            Assert.Equal(Late(payments), rows, SameRow);
        },
        iter: 60);

    /// <summary>
    /// A change of columns, order, units or words is a new view: plans, models and saved states name the digest.
    /// </summary>
    [Fact]
    public void LateSchema_ThisRelease_BeginsWithTodaysColumnsAndHasThisDigest()
    {
        FeatureSchema late = FeatureView.Late.Schema;
        Assert.Equal(FeatureView.Now.Schema.Features, late.Features[..FeatureView.Now.Schema.Count]);
        Assert.Equal(369, late.Count);
        string digest = Convert.ToHexStringLower(late.Digest);
        Assert.True(digest == "125bbea4d0bc993777057ea42ee720dd9f35f03b90e59771ff8c26fc40ba9a7b", digest);
        Assert.All(
            late.Features[FeatureView.Now.Schema.Count..],
            feature => Assert.Equal(2, feature.Description.Split(FeatureDefinition.ValueMark).Length));
    }

    [Fact]
    public void Of_DigestOfEitherViewOrAnother_FindsTheViewOrNone()
    {
        Assert.Same(FeatureView.Now, FeatureView.Of(FeatureExtractor.Schema.Digest));
        Assert.Same(FeatureView.Late, FeatureView.Of(FeatureExtractor.LateSchema.Digest));
        Assert.Null(FeatureView.Of(FeatureExtractor.LateColumns.Digest));
    }

    [Theory]
    [InlineData("late_receiver_out_ratio", 0.97f, "receiver paid out 0.97 times the amount after this within 24 hours")]
    [InlineData("late_receiver_on_next", 1.5f, "receiver paid about the amount to a new counterparty 90 minutes after this")]
    [InlineData("late_sender_out_new_2d", 9f, "sender paid 9 new counterparties within 24 hours before and after this")]
    public void LateSchema_Sentence_ReadsAsAnAnalystWouldSay(string name, float value, string expected) =>
        Assert.Equal(expected, FeatureView.Late.Schema.Features[FeatureView.Late.Schema.IndexOf(name)].Describe(value));

    internal static List<(int Index, float[] Row)> Late(List<NamedPayment> payments, Func<Payment, Payment>? change = null)
    {
        var accounts = new AccountTable();
        var rows = new List<(int, float[])>();
        var extractor = new FeatureExtractor(Bank, accounts, (number, columns) => rows.Add((number, columns.ToArray())));
        Feed(extractor, payments.ConvertAll(payment => (change ?? (same => same))(payment.In(accounts))), 0);
        return rows;
    }

    private static void Feed(FeatureExtractor extractor, List<Payment> payments, int first)
    {
        var row = new float[FeatureExtractor.Schema.Count];
        for (int i = 0; i < payments.Count; i++)
        {
            extractor.Add(payments[i], row, first + i);
        }
    }

    private static bool SameRow((int Index, float[] Row) one, (int Index, float[] Row) other) =>
        one.Index == other.Index && one.Row.AsSpan().SequenceEqual(other.Row);

    private static void AssertSame(Dictionary<string, double> expected, float[] row, int index)
    {
        Assert.Equal(FeatureExtractor.LateColumns.Count, expected.Count);
        for (int column = 0; column < row.Length; column++)
        {
            string name = FeatureExtractor.LateColumns.Features[column].Name;
            double value = expected[name];
            bool same = double.IsNaN(value)
                ? float.IsNaN(row[column])
                : Math.Abs(row[column] - value) <= 1e-4 * (1 + Math.Abs(value));
            Assert.True(same, $"row {index}: {name} is {row[column]}, not {value}");
        }
    }
}
