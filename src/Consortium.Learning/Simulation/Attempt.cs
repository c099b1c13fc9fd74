using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>The payments of one attempt while its shape is drawn, in minutes from the midnight before its first.</summary>
/// <param name="typology">Its shape.</param>
/// <param name="start">The minute of the day at which it begins: hops keep to the hours at which people pay.</param>
internal sealed class Attempt(Typology typology, int start)
{
    public Typology Typology { get; } = typology;

    public int Start { get; } = start;

    public List<(int Minute, int From, int To, long Cents)> Payments { get; } = [];

    /// <summary>The minute of the last payment.</summary>
    public int Last => Payments.Max(payment => payment.Minute);

    public void Pay(int minute, int from, int to, long cents) => Payments.Add((minute, from, to, Math.Max(1, cents)));
}
