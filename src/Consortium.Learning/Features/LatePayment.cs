namespace Consortium.Learning.Features;

/// <summary>A payment that the bank owns and whose late columns are still to come.</summary>
/// <param name="From">The sender's slot.</param>
/// <param name="To">The receiver's slot.</param>
/// <param name="Minute">When it was made.</param>
/// <param name="Paid">What the sender paid.</param>
/// <param name="Received">What the receiver got.</param>
/// <param name="IsNew">Whether it was the first between the two in the graph's memory.</param>
/// <param name="Number">The number that the payment was added under.</param>
internal readonly record struct LatePayment(
    int From, int To, int Minute, double Paid, double Received, bool IsNew, int Number)
{
    /// <summary>The last minute that the late columns look at.</summary>
    public int Due => Minute + Horizon.Late;
}
