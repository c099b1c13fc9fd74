using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>All banks' payments, split by day: the first days to learn from, the last to judge on.</summary>
internal sealed class DemoData
{
    private const int FewestBanks = 3;

    private readonly IReadOnlyList<BankView> _views;
    private readonly int[] _attemptOfRow;

    private DemoData(
        DemoSplit? split, IReadOnlyList<BankView> views, int[] attemptOfRow, string source, IEnumerable<string?> remarks)
    {
        _views = views;
        _attemptOfRow = attemptOfRow;
        Source = source;
        Split = split ?? throw new CommandException(
            ExitCode.BadInput,
            $"{source} covers one day; training and test need days of their own: give a file of two days or more.");
        Remarks = [.. remarks.Prepend(Split.Remark).OfType<string>()];
    }

    /// <summary>Where the payments come from, for people.</summary>
    public string Source { get; }

    /// <summary>What people should know of the payments.</summary>
    public ImmutableArray<string> Remarks { get; }

    public DateTime First => Split.First;

    /// <summary>The first day that no training sees.</summary>
    public DateTime TestStart => Split.TestStart;

    /// <summary>The day after the last that is judged; later payments are left out.</summary>
    public DateTime End => Split.End;

    public bool HasAttempts => _attemptOfRow.Length > 0;

    public IReadOnlyList<BankId> Banks => [.. _views.Select(view => view.Bank)];

    private DemoSplit Split { get; }

    /// <summary>Payments, each counted once for every bank here that sees it.</summary>
    public long Rows => _views.Sum(view => (long)view.Count);

    public static DemoData Simulate(SimulationPlan plan)
    {
        SimulatedData data = Simulator.Run(plan);
        return new DemoData(
            DemoSplit.ByCalendar(data.Set), [.. BankView.Split(data.Set).OrderBy(view => view.Bank)], [.. data.AttemptOfRow],
            $"{data.Set.Count:N0} simulated payments (seed {plan.Seed})", []);
    }

    /// <param name="most">How many banks, the largest by payments that they own; null for all.</param>
    /// <exception cref="CommandException">The file cannot be worked with.</exception>
    public static DemoData Read(string path, int? most)
    {
        PaymentSet set = PaymentReader.ReadAll(
            path, new PaymentReadOptions { Latest = PaymentDates.LatestAt(TimeProvider.System) }, out ReadReport report);
        string name = Path.GetFileName(path);
        if (set.Count == 0 || report.LaunderingRows == 0)
        {
            throw new CommandException(ExitCode.BadInput, set.Count == 0
                ? $"{path} holds no payments: give a file in AMLworld's columns with rows in it."
                : $"{path} labels no payment as laundering, so there is nothing to learn: its last column, 'Is Laundering', "
                    + $"must be 1 for some.");
        }

        BankView[] views =
        [
            .. BankView.Split(set).OrderByDescending(Owned).ThenBy(view => view.Bank).Where(
                view => Owned(view) > 0).Take(most ?? int.MaxValue).OrderBy(view => view.Bank),
        ];
        if (views.Length < FewestBanks)
        {
            throw new CommandException(ExitCode.BadInput,
                $"{path} holds payments of {Counted(views.Length, "bank")}; a consortium's sums are over {FewestBanks} or "
                    + $"more, or one bank could read another's: give a file of {FewestBanks} banks or more.");
        }

        int[] attempts = PatternsBeside(path, set, out string? warning);
        return new DemoData(
            DemoSplit.ByPayments(set), views, attempts, $"{set.Count:N0} payments of {name}", [warning, .. report.Warnings]);
    }

    /// <summary>
    /// Writes each bank's training days where its participant finds them, and computes the features of all its days.
    /// </summary>
    public IReadOnlyList<DemoBank> Prepare(string folder, Action<int> prepared, CancellationToken cancellationToken)
    {
        var banks = new ConcurrentDictionary<int, DemoBank>();
        int done = 0;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        ImmutableArray<PartyId> names = NamesOf(Banks);
        IOrderedEnumerable<int> largestFirst = Enumerable.Range(0, _views.Count).OrderByDescending(i => _views[i].Count);
        Parallel.ForEach(Partitioner.Create(largestFirst, EnumerablePartitionerOptions.NoBuffering), options, i =>
        {
            banks[i] = Prepare(_views[i], names[i], Path.Combine(folder, names[i].Name), cancellationToken);
            prepared(Interlocked.Increment(ref done));
        });
        return [.. Enumerable.Range(0, _views.Count).Select(i => banks[i])];
    }

    /// <summary>Party names that go with what the data calls the banks, whatever characters that has.</summary>
    internal static ImmutableArray<PartyId> NamesOf(IReadOnlyList<BankId> banks)
    {
        var taken = new HashSet<PartyId>();
        return [.. banks.Select((bank, i) =>
        {
            string name = $"bank-{bank.Value.ToLowerInvariant()}";
            PartyId party = PartyId.IsValid(name)
                && taken.Add(new PartyId(name)) ? new PartyId(name) : new PartyId($"bank-number-{i + 1}");
            taken.Add(party);
            return party;
        })];
    }

    private static int Owned(BankView view)
    {
        int owned = 0;
        foreach (ref readonly Payment payment in view.Payments)
        {
            owned += view.Owns(payment) ? 1 : 0;
        }

        return owned;
    }

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>Each row's attempt by the patterns file that goes with NAME_Trans.csv; empty without one.</summary>
    private static int[] PatternsBeside(string path, PaymentSet set, out string? warning)
    {
        warning = null;
        string stem = path.Replace("_Trans.csv", "_Patterns.txt", StringComparison.Ordinal);
        string bare = stem.EndsWith(".gz", StringComparison.Ordinal) ? stem[..^3] : stem;
        if (stem == path || new[] { bare, bare + ".gz" }.FirstOrDefault(File.Exists) is not { } file)
        {
            return [];
        }

        var attempts = new Dictionary<Payment, int>();
        int banks = set.Accounts.Banks.Count;
        IReadOnlyList<LaunderingAttempt> known = PatternFile.Read(file, set.Accounts);
        foreach ((int number, LaunderingAttempt attempt) in known.Index())
        {
            foreach (Payment payment in attempt.Payments)
            {
                attempts.TryAdd(payment with { Label = Label.Unknown }, number);
            }
        }

        int[] of = new int[set.Count];
        for (int row = 0; row < of.Length; row++)
        {
            of[row] = set[row].Label == Label.Laundering && attempts.TryGetValue(
                set[row] with { Label = Label.Unknown }, out int attempt) ? attempt : ScoredRows.NoAttempt;
        }

        warning = PatternMatch.Warn(known, of, set.Accounts, banks);
        return of.Any(attempt => attempt != ScoredRows.NoAttempt) ? of : [];
    }

    private DemoBank Prepare(BankView view, PartyId party, string folder, CancellationToken cancellationToken)
    {
        string payments = Path.Combine(folder, "payments");
        Directory.CreateDirectory(payments);
        (int training, int test) = Count(view);
        var rows = new FeatureMatrix(FeatureExtractor.Schema, training);
        var features = new FeatureMatrix(FeatureExtractor.Schema, test);
        var trainingLabels = new List<Label>(training);
        var labels = new List<Label>(test);
        var days = new List<int>(test);
        var attempts = new List<int>();
        var extractor = new FeatureExtractor(view.Bank, view.Accounts);
        float[] row = new float[FeatureExtractor.Schema.Count];
        using var writer = new PaymentWriter(Path.Combine(payments, "training-days.csv"), view.Accounts);
        for (int i = 0; i < view.Count; i++)
        {
            if (i % 4096 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            ref readonly Payment payment = ref view.Payments[i];
            if (payment.Timestamp >= End)
            {
                break;
            }

            bool isTraining = payment.Timestamp < TestStart;
            if (isTraining)
            {
                writer.Write(payment);
            }

            if (!extractor.Add(payment, row))
            {
                continue;
            }

            if (isTraining)
            {
                rows.AddRow(row);
                trainingLabels.Add(payment.Label);
            }
            else if (payment.Label != Label.Unknown)
            {
                features.AddRow(row);
                labels.Add(payment.Label);
                days.Add((payment.Timestamp.Date - First).Days);
                if (HasAttempts)
                {
                    attempts.Add(_attemptOfRow[view.SourceRows[i]]);
                }
            }
        }

        return new DemoBank(
            view.Bank, party, payments, training,
            TrainingRows.OfHistory(rows, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(trainingLabels)),
            new TestRows(features, [.. labels], [.. days], [.. attempts]));
    }

    private (int Training, int Test) Count(BankView view)
    {
        int training = 0, test = 0;
        foreach (ref readonly Payment payment in view.Payments)
        {
            if (view.Owns(payment))
            {
                (payment.Timestamp < TestStart ? ref training : ref test)++;
            }
        }

        return (training, test);
    }
}
