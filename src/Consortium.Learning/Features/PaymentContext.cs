using Consortium.Learning.Payments;

namespace Consortium.Learning.Features;

/// <summary>
/// The payment whose features are asked for, with the recent totals of its two accounts. Reused from row to row.
/// </summary>
internal sealed class PaymentContext(BankGraph graph)
{
    public BankGraph Graph { get; } = graph;

    public StreamScan SenderOut { get; } = new();

    public StreamScan SenderIn { get; } = new();

    public StreamScan ReceiverOut { get; } = new();

    public StreamScan ReceiverIn { get; } = new();

    public StructureSearch Search { get; } = new(graph);

    public Payment Payment { get; private set; }

    /// <summary>The sender's slot.</summary>
    public int From { get; private set; }

    /// <summary>The receiver's slot.</summary>
    public int To { get; private set; }

    public int Minute { get; private set; }

    public double Paid { get; private set; }

    public double Received { get; private set; }

    /// <summary>log2(1 + <see cref="Paid"/>).</summary>
    public double LogPaid { get; private set; }

    /// <summary>Slots of the pair each way, or -1.</summary>
    public int ForwardPair { get; private set; }

    public int ReversePair { get; private set; }

    public ref AccountState Sender => ref Graph.Account(From);

    public ref AccountState Receiver => ref Graph.Account(To);

    public int Day => Horizon.Day(Minute);

    public void Set(in Payment payment, int from, int to, int minute, double paid, double received)
    {
        Payment = payment;
        From = from;
        To = to;
        Minute = minute;
        Paid = paid;
        Received = received;
        LogPaid = Logarithm.Base2(1 + paid);
        ForwardPair = Graph.FindPair(from, to, minute);
        ReversePair = Graph.FindPair(to, from, minute);
        int banks = Graph.BankCount;
        SenderOut.Run(Sender.Out, minute, to, paid, banks);
        SenderIn.Run(Sender.In, minute, to, paid, banks);
        ReceiverOut.Run(Receiver.Out, minute, from, received, banks);
        ReceiverIn.Run(Receiver.In, minute, from, received, banks);
    }
}
