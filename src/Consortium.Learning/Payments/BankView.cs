namespace Consortium.Learning.Payments;

/// <summary>What one bank sees: every payment that its accounts send or receive, in order of time.</summary>
/// <remarks>
/// The sender's bank owns a payment: it learns from it and scores it, and only its copy carries the label. In the receiving
/// bank's copy the label is <see cref="Label.Unknown"/>, for nobody may tell a bank what another found. A payment between two
/// accounts of one bank appears once.
/// </remarks>
public sealed class BankView
{
    private readonly Payment[] _payments;
    private readonly int[] _sourceRows;
    private readonly int _bankIndex;

    private BankView(BankId bank, int bankIndex, AccountTable accounts, Payment[] payments, int[] sourceRows)
    {
        Bank = bank;
        Accounts = accounts;
        _bankIndex = bankIndex;
        _payments = payments;
        _sourceRows = sourceRows;
    }

    public BankId Bank { get; }

    public AccountTable Accounts { get; }

    public int Count => _payments.Length;

    public ReadOnlySpan<Payment> Payments => _payments;

    public ReadOnlyMemory<Payment> Memory => _payments;

    /// <summary>For each row of this view, its row in the set it was split from.</summary>
    public ReadOnlySpan<int> SourceRows => _sourceRows;

    /// <summary>Whether this bank is the sender's, and so the one that learns from the payment.</summary>
    public bool Owns(in Payment payment) => Accounts.BankIndexOf(payment.From) == _bankIndex;

    /// <summary>Views of every bank in <paramref name="set"/>, in the order of <see cref="AccountTable.Banks"/>.</summary>
    public static IReadOnlyList<BankView> Split(PaymentSet set)
    {
        AccountTable accounts = set.Accounts;
        var counts = new int[accounts.Banks.Count];
        foreach (ref readonly Payment payment in set.Payments)
        {
            int from = accounts.BankIndexOf(payment.From);
            int to = accounts.BankIndexOf(payment.To);
            counts[from]++;
            if (to != from)
            {
                counts[to]++;
            }
        }

        var views = new BankView[counts.Length];
        for (int bank = 0; bank < counts.Length; bank++)
        {
            views[bank] = new BankView(
                accounts.Banks[bank], bank, accounts, new Payment[counts[bank]], new int[counts[bank]]);
        }

        var filled = new int[counts.Length];
        for (int row = 0; row < set.Count; row++)
        {
            ref readonly Payment payment = ref set[row];
            int from = accounts.BankIndexOf(payment.From);
            int to = accounts.BankIndexOf(payment.To);
            views[from].Place(filled[from]++, row, payment);
            if (to != from)
            {
                views[to].Place(filled[to]++, row, payment with { Label = Label.Unknown });
            }
        }

        return views;
    }

    private void Place(int index, int sourceRow, in Payment payment)
    {
        _payments[index] = payment;
        _sourceRows[index] = sourceRow;
    }
}
