using Consortium.Cli.Reporting;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Models;

namespace Consortium.Cli.Demo;

/// <summary>One bank's test rows under its own model, the consortium's and the pooled one.</summary>
internal sealed class JudgedBank(DemoBank bank, int alertsPerDay, Model own, Model consortium, Model pooled)
{
    public DemoBank Bank => bank;

    public int AlertsPerDay => alertsPerDay;

    public JudgedModel Own { get; } = JudgedModel.Of(own, bank.Test, alertsPerDay);

    public JudgedModel Consortium { get; } = JudgedModel.Of(consortium, bank.Test, alertsPerDay);

    public JudgedModel Pooled { get; } = JudgedModel.Of(pooled, bank.Test, alertsPerDay);

    public BankCurves Curves() => new(
        bank.Bank.Value,
        bank.Test.Labels.Length == 0 ? 0 : AveragePrecision.BaseRate(bank.Test.Labels),
        CurvePoint.CurveOf(Own.Scores, bank.Test.Labels),
        CurvePoint.CurveOf(Consortium.Scores, bank.Test.Labels),
        CurvePoint.CurveOf(Pooled.Scores, bank.Test.Labels));
}
