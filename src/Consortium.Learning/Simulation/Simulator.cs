using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>Makes a consortium's payments up: in memory, or as AMLworld files.</summary>
public static class Simulator
{
    /// <exception cref="ArgumentException">The plan is out of range.</exception>
    public static SimulatedData Run(SimulationPlan plan)
    {
        var traffic = new Traffic(plan);
        var payments = new List<Payment>((int)plan.Payments);
        var origins = new List<PaymentOrigin>((int)plan.Payments);
        var attemptOfRow = new List<int>((int)plan.Payments);
        var attempts = new AttemptRows(traffic.Attempts);
        foreach (List<SimulatedPayment> day in traffic.Days())
        {
            foreach (SimulatedPayment payment in day)
            {
                payments.Add(payment.Payment);
                origins.Add(payment.Origin);
                attemptOfRow.Add(payment.Attempt);
                attempts.Add(payment);
            }
        }

        return new SimulatedData(
            new PaymentSet([.. payments], traffic.Population.Accounts), [.. origins], [.. attemptOfRow], attempts.ToAttempts(),
            [.. traffic.Population.Records()], traffic.MissedLabelShares);
    }

    /// <summary>Streams <c>NAME_Trans.csv</c>, <c>NAME_Patterns.txt</c> and <c>NAME_accounts.csv</c> into a folder.</summary>
    /// <param name="plan">What to simulate.</param>
    /// <param name="folder">Created where it does not exist.</param>
    /// <param name="name">The files' common name.</param>
    /// <param name="gzip">Whether the files are gzipped, and end in <c>.gz</c>.</param>
    /// <param name="daysDone">Told after each day how many are written.</param>
    /// <param name="cancellationToken">Stops between days, and leaves what is written.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="ArgumentException">The plan is out of range.</exception>
    public static SimulatedFiles WriteFiles(
        SimulationPlan plan, string folder, string name, bool gzip = false, Action<int>? daysDone = null,
        CancellationToken cancellationToken = default)
    {
        var traffic = new Traffic(plan);
        Directory.CreateDirectory(folder);
        string end = gzip ? ".gz" : "";
        var files = new SimulatedFiles(
            Path.Combine(folder, $"{name}_Trans.csv{end}"),
            Path.Combine(folder, $"{name}_Patterns.txt{end}"),
            Path.Combine(folder, $"{name}_accounts.csv{end}"));
        var attempts = new AttemptRows(traffic.Attempts);
        using (var writer = new PaymentWriter(files.Payments, traffic.Population.Accounts))
        {
            int days = 0;
            foreach (List<SimulatedPayment> day in traffic.Days())
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (SimulatedPayment payment in day)
                {
                    writer.Write(payment.Payment);
                    attempts.Add(payment);
                }

                daysDone?.Invoke(++days);
            }
        }

        PatternFile.Write(files.Patterns, attempts.ToAttempts(), traffic.Population.Accounts);
        AccountFile.Write(files.Accounts, traffic.Population.Records());
        return files;
    }

    private sealed class AttemptRows(IReadOnlyList<Typology> typologies)
    {
        private readonly List<Payment>[] _rows = [.. typologies.Select(_ => new List<Payment>())];

        public void Add(in SimulatedPayment payment)
        {
            if (payment.Attempt >= 0)
            {
                _rows[payment.Attempt].Add(payment.Payment with { Label = Label.Laundering });
            }
        }

        public IReadOnlyList<LaunderingAttempt> ToAttempts() =>
        [
            .. typologies.Select((typology, number) => new LaunderingAttempt
            {
                Typology = typology,
                Description = FormattableString.Invariant($"attempt {number}"),
                Payments = _rows[number],
            }),
        ];
    }
}
