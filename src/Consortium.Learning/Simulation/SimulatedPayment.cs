using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>
/// A payment with the truth about it. <see cref="Payment"/> carries what the sender's bank believes, which may miss laundering.
/// </summary>
/// <param name="Attempt">The attempt's number, or -1 outside attempts.</param>
internal readonly record struct SimulatedPayment(Payment Payment, PaymentOrigin Origin, int Attempt)
{
    public bool IsLaundering => Origin >= PaymentOrigin.LaunderingPattern;
}
