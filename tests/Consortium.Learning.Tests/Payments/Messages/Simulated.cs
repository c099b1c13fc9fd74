using System.Text;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>Payments of the simulator, and what the reader makes of a file of them.</summary>
internal static class Simulated
{
    private static readonly Lazy<PaymentSet> Made =
        new(() => Simulator.Run(new SimulationPlan { Payments = 5_000, Accounts = 500, Days = 30 }).Set);

    public static PaymentSet Set => Made.Value;

    /// <summary>Those that arrive as they were sent, for messages that name one amount.</summary>
    public static Payment[] InOneCurrency =>
        [.. Set.Payments.ToArray().Where(
            one => one.PaymentCurrency == one.ReceivingCurrency && one.AmountPaid == one.AmountReceived)];

    public static string DigestOf(ReadOnlySpan<Payment> payments, AccountTable accounts)
    {
        var digest = new PaymentDigest();
        foreach (ref readonly Payment payment in payments)
        {
            digest.Add(payment, accounts);
        }

        return digest.ToString();
    }

    /// <summary>The digest of the same payments as an AMLworld file.</summary>
    public static string DigestAsCsv(ReadOnlySpan<Payment> payments)
    {
        var stream = new MemoryStream();
        using (var writer = new PaymentWriter(stream, Set.Accounts, writeHeader: true))
        {
            writer.Write(payments);
        }

        using var reader = PaymentReader.Open(new MemoryStream(stream.ToArray()), "payments.csv");
        return DigestOf(reader.Rows(), reader.Accounts);
    }

    public static (string Digest, ReadReport Report) Read(string text, PaymentReadOptions? options = null) =>
        Read(Encoding.UTF8.GetBytes(text), options);

    public static (string Digest, ReadReport Report) Read(byte[] file, PaymentReadOptions? options = null)
    {
        using var reader = PaymentReader.Open(new MemoryStream(file), "messages", options);
        Payment[] rows = reader.Rows();
        return (DigestOf(rows, reader.Accounts), reader.Report);
    }

    /// <summary>The rows of a file in words.</summary>
    public static (string[] Rows, ReadReport Report) Describe(string text, PaymentReadOptions? options = null)
    {
        using var reader = PaymentReader.Open(
            new MemoryStream(Encoding.UTF8.GetBytes(text)), "messages", options ?? new PaymentReadOptions { MaxBadRows = 100 });
        return ([.. reader.Rows().Select(row => Sample.Describe(row, reader.Accounts))], reader.Report);
    }
}
