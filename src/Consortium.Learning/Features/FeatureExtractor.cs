using Consortium.Learning.Payments;
using Consortium.Primitives;

namespace Consortium.Learning.Features;

/// <summary>Computes features over what one bank sees, in one pass over payments in order of time.</summary>
/// <remarks>
/// A row's features depend on itself and on the bank's rows of strictly earlier minutes: rows of the same minute do not
/// see each other. Seconds are ignored. The late columns of a row depend on rows up to 24 hours after it, too, and come when the
/// first row after that is added. Not thread-safe.
/// </remarks>
public sealed class FeatureExtractor
{
    private const int ReclaimEveryDays = 30;

    private static ReadOnlySpan<byte> Magic => "CFX2"u8;

    private readonly AccountTable _accounts;
    private readonly BankGraph _graph;
    private readonly PaymentContext _payment;
    private readonly List<PendingPayment> _pending = [];
    private readonly LateQueue _late;
    private int _bankIndex;
    private int _minute;

    /// <param name="bank">Whose view this is.</param>
    /// <param name="accounts">The table that the payments' accounts index.</param>
    /// <param name="late">Takes each owned payment's late columns; they are not computed without.</param>
    public FeatureExtractor(BankId bank, AccountTable accounts, LateRow? late = null)
        : this(bank, accounts, new BankGraph(), late)
    {
    }

    private FeatureExtractor(BankId bank, AccountTable accounts, BankGraph graph, LateRow? late)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        Bank = bank;
        _accounts = accounts;
        _bankIndex = accounts.IndexOf(bank);
        _graph = graph;
        _payment = new PaymentContext(graph);
        _late = new LateQueue(graph, _payment.Search, late);
    }

    /// <summary>The columns of every extractor of this version.</summary>
    public static FeatureSchema Schema { get; } = CreateSchema(DescribeNow, version: 2);

    /// <summary>The columns that are known 24 hours after a payment.</summary>
    public static FeatureSchema LateColumns { get; } = CreateSchema(LateFeatures.Describe, version: 1);

    /// <summary><see cref="Schema"/>'s columns, then <see cref="LateColumns"/>.</summary>
    public static FeatureSchema LateSchema { get; } = new(1, Schema.Features.AddRange(LateColumns.Features));

    public BankId Bank { get; }

    /// <summary>Accounts remembered, the bank's own and foreign ones.</summary>
    public int AccountCount => _graph.AccountCount;

    /// <summary>Pairs of accounts remembered, each direction apart.</summary>
    public int PairCount => _graph.PairCount;

    /// <summary>Takes the next payment that the bank sees; computes its features where the bank owns it.</summary>
    /// <param name="payment">Of no earlier minute than the one before; an account of the bank sends or receives it.</param>
    /// <param name="row">Where the features go, as many as the schema counts; untouched where the result is false.</param>
    /// <param name="number">What the late columns are handed on with.</param>
    /// <returns>Whether the bank owns the payment: its account is the sender.</returns>
    /// <exception cref="ArgumentException">The payment is earlier than the one before, or none of the bank's.</exception>
    public bool Add(in Payment payment, Span<float> row, int number = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Schema.Count);
        bool owned = Owns(payment);
        int minute = MinuteOf(payment.Timestamp);
        if (minute != _minute)
        {
            Advance(minute, payment);
        }

        int from = _graph.SlotOf(payment.From, _accounts, minute);
        int to = _graph.SlotOf(payment.To, _accounts, minute);
        double paid = (double)payment.AmountPaid;
        double received = payment.AmountReceived == payment.AmountPaid ? paid : (double)payment.AmountReceived;
        if (owned)
        {
            _payment.Set(payment, from, to, minute, paid, received);
            var writer = new RowWriter(row);
            RowFeatures.Write(ref writer, _payment);
            AccountFeatures.Write(ref writer, _payment);
            PassThroughFeatures.Write(ref writer, _payment);
            PairFeatures.Write(ref writer, _payment);
            StructureFeatures.Write(ref writer, _payment);
            ArgumentOutOfRangeException.ThrowIfNotEqual(writer.Written, row.Length);
            _late.Add(new LatePayment(from, to, minute, paid, received, _payment.ForwardPair < 0, number));
        }

        _pending.Add(new PendingPayment(from, to, paid, received));
        return owned;
    }

    /// <summary>
    /// Writes all that later features depend on, so that an extractor loaded from it goes on as this one would. Holds
    /// account numbers and amounts: as secret as the payments.
    /// </summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new StateWriter(stream);
        writer.Bytes(Magic);
        writer.Bytes(LateSchema.Digest);
        writer.Text(Bank.Value);
        writer.Int(_minute);
        int[] numbers = GraphState.Write(writer, _graph, _accounts, _minute);
        writer.Int(_pending.Count);
        foreach (PendingPayment pending in _pending)
        {
            writer.Int(numbers[pending.From]);
            writer.Int(numbers[pending.To]);
            writer.Double(pending.Paid);
            writer.Double(pending.Received);
        }

        _late.Write(writer, numbers);
        writer.Finish();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <param name="accounts">Gets the state's accounts; the payments that follow index it.</param>
    /// <param name="late">Takes each owned payment's late columns; they are not computed without.</param>
    /// <exception cref="MalformedDataException">The bytes are no state, or one of another schema.</exception>
    public static FeatureExtractor Load(Stream stream, AccountTable accounts, LateRow? late = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(accounts);
        using var reader = new StateReader(stream);
        if (!reader.Bytes(Magic.Length).SequenceEqual(Magic))
        {
            throw reader.Malformed(Magic.Length, "a feature state of version 2", "something else");
        }

        if (!reader.Bytes(LateSchema.Digest.Length).SequenceEqual(LateSchema.Digest))
        {
            throw reader.Malformed(LateSchema.Digest.Length, "the digest of this release's columns", "another release's");
        }

        var bank = new BankId(reader.Text());
        int minute = reader.Int(0, int.MaxValue, "a minute");
        BankGraph graph = GraphState.Read(reader, accounts, minute);
        var extractor = new FeatureExtractor(bank, accounts, graph, late) { _minute = minute };
        int pending = reader.Int(0, int.MaxValue, "a number of payments");
        for (int i = 0; i < pending; i++)
        {
            extractor._pending.Add(new PendingPayment(
                reader.Int(0, graph.AccountSlots - 1, "an account"),
                reader.Int(0, graph.AccountSlots - 1, "an account"),
                reader.Double(0, "an amount"),
                reader.Double(0, "an amount")));
        }

        extractor._late.Read(reader, minute);
        reader.Finish();
        return extractor;
    }

    private static FeatureSchema CreateSchema(Action<SchemaBuilder> describe, int version)
    {
        var schema = new SchemaBuilder();
        describe(schema);
        return schema.Build(version);
    }

    private static void DescribeNow(SchemaBuilder schema)
    {
        RowFeatures.Describe(schema);
        AccountFeatures.Describe(schema);
        PassThroughFeatures.Describe(schema);
        PairFeatures.Describe(schema);
        StructureFeatures.Describe(schema);
    }

    private static int MinuteOf(DateTime timestamp)
    {
        long minute = timestamp.Ticks / TimeSpan.TicksPerMinute;
        if (minute > int.MaxValue)
        {
            throw new ArgumentException($"The year {timestamp.Year} is beyond the calendar of features, which ends in 4083.");
        }

        return (int)minute;
    }

    private bool Owns(in Payment payment)
    {
        if (_bankIndex < 0)
        {
            _bankIndex = _accounts.IndexOf(Bank);
        }

        bool owned = _accounts.BankIndexOf(payment.From) == _bankIndex;
        if (!owned && _accounts.BankIndexOf(payment.To) != _bankIndex)
        {
            throw new ArgumentException(
                $"Bank {Bank} does not see a payment of bank {_accounts.BankOf(payment.From)} to bank "
                    + $"{_accounts.BankOf(payment.To)}.");
        }

        return owned;
    }

    private void Advance(int minute, in Payment payment)
    {
        if (minute < _minute)
        {
            throw new ArgumentException(
                $"Payments must come in order of time: {payment.Timestamp:yyyy-MM-dd HH:mm} follows a later one.");
        }

        foreach (PendingPayment pending in _pending)
        {
            _graph.Commit(pending.From, pending.To, _minute, pending.Paid, pending.Received);
        }

        _pending.Clear();
        _late.Advance(minute);
        if (Horizon.Day(minute) / ReclaimEveryDays != Horizon.Day(_minute) / ReclaimEveryDays)
        {
            _graph.Reclaim(minute);
        }

        _minute = minute;
    }

    /// <summary>A payment of the current minute, not yet part of the past.</summary>
    private readonly record struct PendingPayment(int From, int To, double Paid, double Received);
}
