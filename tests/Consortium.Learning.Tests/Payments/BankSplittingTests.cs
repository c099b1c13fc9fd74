using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

public sealed class BankSplittingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consortium-splitting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Split_AnyRows_EachBankSeesItsOwnAndOwnsWhatItSends() => Sample.Sets.Sample(sample =>
    {
        var set = new PaymentSet(sample.Rows, sample.Accounts);
        IReadOnlyList<BankView> views = BankView.Split(set);

        Assert.Equal(sample.Accounts.Banks, views.Select(view => view.Bank));
        int owned = 0;
        foreach (BankView view in views)
        {
            int[] expected = [.. Enumerable.Range(0, set.Count).Where(row =>
                set.Accounts.BankOf(set[row].From) == view.Bank || set.Accounts.BankOf(set[row].To) == view.Bank)];
            Assert.Equal(expected, view.SourceRows.ToArray());
            for (int i = 0; i < view.Count; i++)
            {
                Payment seen = view.Payments[i], source = set[expected[i]];
                bool owns = set.Accounts.BankOf(source.From) == view.Bank;
                Assert.Equal(owns, view.Owns(seen));
                Assert.Equal(owns ? source : source with { Label = Label.Unknown }, seen);
                owned += owns ? 1 : 0;
            }
        }

        Assert.Equal(set.Count, owned);
    }, iter: 100);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1_000)]
    public void SplitFiles_AnyRows_HoldTheBanksViews(int maxPendingRows) => Sample.Sets.Sample(sample =>
    {
        string all = Path.Combine(_folder, "all.csv");
        var set = new PaymentSet(sample.Rows, sample.Accounts);
        using (var writer = new PaymentWriter(all, sample.Accounts))
        {
            writer.Write(set.Payments);
        }

        var options = new PaymentReadOptions { Accounts = sample.Accounts };
        using PaymentReader reader = PaymentReader.Open(all, options);
        IReadOnlyDictionary<BankId, string> paths = BankFiles.Split(reader, Path.Combine(_folder, "banks"), maxPendingRows);

        foreach (BankView view in BankView.Split(set))
        {
            if (view.Count == 0)
            {
                Assert.False(paths.ContainsKey(view.Bank));
                continue;
            }

            Assert.Equal(Path.Combine(_folder, "banks"), Path.GetDirectoryName(paths[view.Bank]));
            using PaymentReader own = PaymentReader.Open(paths[view.Bank], options with { OwnBank = view.Bank });
            Assert.Equal(view.Payments.ToArray(), own.Rows());
        }
    }, iter: 20, threads: 1);
}
