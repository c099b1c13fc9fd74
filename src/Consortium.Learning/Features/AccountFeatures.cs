namespace Consortium.Learning.Features;

/// <summary>Group 2: past payments of the sender and of the receiver, out and in.</summary>
internal static class AccountFeatures
{
    public static void Describe(SchemaBuilder schema)
    {
        schema.Group = FeatureGroup.Account;
        DescribeStream(schema, StreamDirection.SenderOut);
        DescribeStream(schema, StreamDirection.SenderIn);
        WindowFeatures.DescribeShares(schema, "sender");
        DescribeStream(schema, StreamDirection.ReceiverOut);
        DescribeStream(schema, StreamDirection.ReceiverIn);
        WindowFeatures.DescribeShares(schema, "receiver");
    }

    public static void Write(ref RowWriter row, PaymentContext payment)
    {
        ref readonly AccountState sender = ref payment.Sender;
        ref readonly AccountState receiver = ref payment.Receiver;
        double logReceived = payment.Received == payment.Paid ? payment.LogPaid : Logarithm.Base2(1 + payment.Received);
        WriteStream(ref row, payment, payment.SenderOut, sender.Out, isMain: true, payment.Paid, payment.LogPaid, receiver.Bank);
        WriteStream(ref row, payment, payment.SenderIn, sender.In, isMain: false, payment.Paid, payment.LogPaid, receiver.Bank);
        WindowFeatures.WriteShares(ref row, payment.SenderOut, payment.SenderIn);
        WriteStream(
            ref row, payment, payment.ReceiverOut, receiver.Out, isMain: false, payment.Received, logReceived, sender.Bank);
        WriteStream(ref row, payment, payment.ReceiverIn, receiver.In, isMain: true, payment.Received, logReceived, sender.Bank);
        WindowFeatures.WriteShares(ref row, payment.ReceiverOut, payment.ReceiverIn);
    }

    private static void DescribeStream(SchemaBuilder schema, StreamDirection stream)
    {
        WindowFeatures.Describe(schema, stream);
        HistoryFeatures.Describe(schema, stream);
        FirstPaymentFeatures.Describe(schema, stream);
    }

    private static void WriteStream(
        ref RowWriter row,
        PaymentContext payment,
        StreamScan scan,
        in PaymentStream stream,
        bool isMain,
        double amount,
        double logAmount,
        int peerBank)
    {
        WindowFeatures.Write(ref row, scan, isMain);
        HistoryFeatures.Write(ref row, payment, stream, logAmount);
        FirstPaymentFeatures.Write(ref row, payment, stream.Firsts, amount, peerBank);
    }
}
