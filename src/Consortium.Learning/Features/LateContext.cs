namespace Consortium.Learning.Features;

/// <summary>The payment whose late columns are asked for, with the totals of its two accounts. Reused from row to row.</summary>
internal sealed class LateContext(BankGraph graph, StructureSearch search)
{
    public StructureSearch Search => search;

    public LateScan SenderOut { get; } = new();

    public LateScan SenderIn { get; } = new();

    public LateScan ReceiverOut { get; } = new();

    public LateScan ReceiverIn { get; } = new();

    public LatePayment Payment { get; private set; }

    public void Set(in LatePayment payment)
    {
        Payment = payment;
        ref readonly AccountState sender = ref graph.Account(payment.From);
        ref readonly AccountState receiver = ref graph.Account(payment.To);
        SenderOut.Run(sender.Out.Recent, payment.Minute, payment.To, payment.Paid);
        SenderIn.Run(sender.In.Recent, payment.Minute, payment.To, payment.Paid);
        ReceiverOut.Run(receiver.Out.Recent, payment.Minute, payment.From, payment.Received);
        ReceiverIn.Run(receiver.In.Recent, payment.Minute, payment.From, payment.Received);
    }
}
