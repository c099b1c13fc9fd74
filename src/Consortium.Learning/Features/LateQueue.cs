namespace Consortium.Learning.Features;

/// <summary>
/// The payments of the last 24 hours that the bank owns, in order of time. Each leaves when the bank's payments have moved on by
/// 24 hours, and its late columns are handed on then, if anyone takes them.
/// </summary>
internal sealed class LateQueue(BankGraph graph, StructureSearch search, LateRow? taker)
{
    private readonly LateContext _context = new(graph, search);
    private readonly Queue<LatePayment> _waiting = new();
    private readonly float[] _row = new float[FeatureExtractor.LateColumns.Count];

    public void Add(in LatePayment payment) => _waiting.Enqueue(payment);

    /// <summary>
    /// The bank's next payment is of <paramref name="minute"/>, and the graph holds all before it. Payments whose 24 hours ended
    /// before that minute leave.
    /// </summary>
    public void Advance(int minute)
    {
        while (_waiting.TryPeek(out LatePayment payment) && payment.Due < minute)
        {
            _waiting.Dequeue();
            if (taker is null)
            {
                continue;
            }

            _context.Set(payment);
            var writer = new RowWriter(_row);
            LateFeatures.Write(ref writer, _context);
            ArgumentOutOfRangeException.ThrowIfNotEqual(writer.Written, _row.Length);
            taker(payment.Number, _row);
        }
    }

    /// <param name="numbers">The number that the state gives each slot.</param>
    public void Write(StateWriter writer, int[] numbers)
    {
        writer.Int(_waiting.Count);
        foreach (LatePayment payment in _waiting)
        {
            writer.Int(numbers[payment.From]);
            writer.Int(numbers[payment.To]);
            writer.Int(payment.Minute);
            writer.Double(payment.Paid);
            writer.Double(payment.Received);
            writer.Byte(payment.IsNew ? (byte)1 : (byte)0);
            writer.Int(payment.Number);
        }
    }

    public void Read(StateReader reader, int minute)
    {
        int count = reader.Int(0, int.MaxValue, "a number of payments");
        int earliest = Math.Max(0, minute - Horizon.Late);
        for (int i = 0; i < count; i++)
        {
            int from = reader.Int(0, graph.AccountSlots - 1, "an account");
            int to = reader.Int(0, graph.AccountSlots - 1, "an account");
            earliest = reader.Int(earliest, minute, "a minute of the last 24 hours, in order");
            double paid = reader.Double(0, "an amount"), received = reader.Double(0, "an amount");
            byte isNew = reader.Byte();
            if (isNew > 1)
            {
                throw reader.Malformed(1, "0 or 1", isNew.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }

            int number = reader.Int(0, int.MaxValue, "a payment's number");
            _waiting.Enqueue(new LatePayment(from, to, earliest, paid, received, isNew == 1, number));
        }
    }
}
