using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;
using Spectre.Console;

namespace Consortium.Cli.Simulation;

/// <summary><c>simulate</c>: writes made-up payments in AMLworld's columns.</summary>
internal sealed class SimulateCommand(Terminal terminal)
{
    private const int PaymentsPerAccount = 20;

    private static readonly Option<int> Banks = NumberOption.Create("--banks", "How many banks", 5, 3, 1_000);

    private static readonly Option<int> Payments =
        NumberOption.Create("--payments", "How many payments, of all banks", 100_000, 1_000, 500_000_000);

    private static readonly Option<int> Days = NumberOption.Create("--days", "Over how many days", 90, 7, 3_650);

    private static readonly Option<int> Seed =
        NumberOption.Create("--seed", "Which payments; the same seed gives the same bytes", 1, 0, int.MaxValue);

    private static readonly Option<bool> IsPooled = new("--pooled")
    {
        Description = "One file of all banks' payments instead of what each bank sees",
    };

    private static readonly Option<DirectoryInfo> Output = new("--output", "-o")
    {
        Description = "The folder to write into",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("simulated"),
    };

    public static Verb Create(Terminal terminal)
    {
        var command = new SimulateCommand(terminal);
        return Verb.Create(
            "simulate", "Write made-up payments with laundering in them, and the truth about it, in AMLworld's columns",
            ["simulate --banks 5 --payments 100000 --output simulated", "simulate --world fresh --pooled --seed 7 --json"],
            [Banks, Payments, Days, Seed, .. WorldOptions.All, IsPooled, Output, CommonOptions.Json],
            (parsed, cancellationToken) => Task.FromResult(command.Run(parsed, cancellationToken)));
    }

    /// <summary>As many accounts as give each some history.</summary>
    public static int AccountsFor(int banks, int payments) =>
        Math.Min(Math.Max(SimulationPlan.LeastAccountsPerBank * banks, payments / PaymentsPerAccount), 50_000_000);

    private ExitCode Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        SimulationPlan plan = WorldOptions.Apply(parsed, new SimulationPlan
        {
            Banks = parsed.GetValue(Banks),
            Payments = parsed.GetValue(Payments),
            Accounts = AccountsFor(parsed.GetValue(Banks), parsed.GetValue(Payments)),
            Days = parsed.GetValue(Days),
            Seed = (ulong)parsed.GetValue(Seed),
        });
        string output = parsed.GetRequiredValue(Output).FullName;
        bool isPooled = parsed.GetValue(IsPooled);
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new CommandException(
                ExitCode.BadInput, $"{output} is not empty, and nothing is overwritten: name another folder with --output.");
        }

        using var folder = UnfinishedFolder.For(output);
        ReadReport report = terminal.Screen.Progress().Start(
            progress => Write(plan, folder.Path, isPooled, progress, cancellationToken));
        string[] files =
        [
            .. Directory.EnumerateFiles(folder.Path).Select(
                file => Path.Combine(output, Path.GetFileName(file))).Order(StringComparer.Ordinal),
        ];
        folder.Finish();

        if (parsed.GetValue(CommonOptions.Json))
        {
            terminal.WriteJson(new
            {
                Folder = output,
                Files = files,
                plan.Banks,
                plan.Seed,
                Payments = report.Rows,
                LabelledLaundering = report.LaunderingRows,
                report.Earliest,
                report.Latest,
            });
        }
        else
        {
            terminal.Out.WriteLine(
                $"{report.Rows:N0} payments from {report.Earliest:yyyy-MM-dd} to {report.Latest:yyyy-MM-dd}, "
                    + $"{report.LaunderingRows:N0} labelled laundering, in");
            foreach (string file in files)
            {
                terminal.Out.WriteLine($"  {file}");
            }
        }

        return ExitCode.Done;
    }

    /// <summary>Writes all payments, reads them back, and on the way splits them unless they are wanted pooled.</summary>
    private static ReadReport Write(
        SimulationPlan plan, string folder, bool isPooled, ProgressContext progress, CancellationToken cancellationToken)
    {
        ProgressTask days = progress.AddTask("Payments", maxValue: plan.Days + 1);
        SimulatedFiles files = Simulator.WriteFiles(
            plan, folder, "simulated", daysDone: done => days.Value = done, cancellationToken: cancellationToken);
        using PaymentReader reader = PaymentReader.Open(files.Payments);
        if (isPooled)
        {
            var batch = new Payment[16_384];
            while (reader.Read(batch) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        else
        {
            BankFiles.Split(reader, folder, cancellationToken: cancellationToken);
            File.Delete(files.Payments);
        }

        days.Value = plan.Days + 1;
        return reader.Report;
    }
}
