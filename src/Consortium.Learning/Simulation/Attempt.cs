using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>The payments of one attempt while its shape is drawn, in minutes from its own start.</summary>
internal sealed class Attempt(Typology typology)
{
    public Typology Typology { get; } = typology;

    public List<(int Minute, int From, int To, long Cents)> Payments { get; } = [];

    /// <summary>Minutes from the first payment to the last.</summary>
    public int Span => Payments.Max(payment => payment.Minute);

    public void Pay(int minute, int from, int to, long cents) => Payments.Add((minute, from, to, Math.Max(1, cents)));
}
