using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>
/// A payment as planned: by account index, in minutes from the first day's midnight and in cents of a US dollar.
/// </summary>
internal readonly record struct PlannedPayment(
    int Minute, int From, int To, long Cents, PaymentFormat Format, PaymentOrigin Origin, int Attempt = PlannedPayment.NoAttempt)
{
    public const int NoAttempt = -1;
}
