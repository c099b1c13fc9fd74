namespace Consortium.Architecture.Tests;

/// <summary>Which folders of a project may import which. A folder within a folder belongs to it.</summary>
internal static class FolderArrows
{
    /// <summary>
    /// The project's own folder. Unless it is listed it holds what is common to all others, and imports none of them.
    /// </summary>
    public const string Root = "";

    /// <summary>Per project, per folder: the folders it may import, besides such a root.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> Tables =
        new Dictionary<string, IReadOnlyDictionary<string, string[]>>
        {
            ["Consortium.Primitives"] = new Dictionary<string, string[]>(),
            ["Consortium.Privacy"] = new Dictionary<string, string[]>(),
            ["Consortium.Cryptography"] = new Dictionary<string, string[]>
            {
                ["Arithmetic"] = [],
                ["Ring"] = ["Arithmetic"],
                ["Sampling"] = ["Arithmetic", "Ring"],
                ["Encryption"] = ["Arithmetic", "Ring", "Sampling"],
                ["Sharing"] = ["Arithmetic"],
                ["Identity"] = [],
                ["Ballots"] = ["Sampling"],
                ["Proofs"] = ["Arithmetic", "Ring", "Sampling", "Encryption", "Sharing"],
                ["Scoring"] = ["Arithmetic", "Ring", "Sampling", "Encryption"],
            },
            ["Consortium.Learning"] = new Dictionary<string, string[]>
            {
                ["Payments"] = [],
                ["Features"] = ["Payments"],
                ["Binning"] = ["Payments", "Features"],
                ["Evaluation"] = ["Payments"],
                ["Cells"] = ["Features"],
                ["Models"] = ["Payments", "Features", "Evaluation", "Cells"],
                ["Families"] = ["Payments", "Features", "Binning", "Cells", "Models"],
                ["Reasons"] = ["Features", "Models"],
                ["Simulation"] = ["Payments"],
            },
            ["Consortium.Protocol"] = new Dictionary<string, string[]>
            {
                ["Configuration"] = [],
                ["Messages"] = ["Configuration"],
                ["Policies"] = ["Configuration", "Messages"],
                ["Ledger"] = ["Configuration", "Messages"],
                ["Releases"] = ["Configuration", "Messages"],
                ["Rounds"] = ["Configuration", "Messages", "Releases"],
                ["Sessions"] = ["Configuration", "Messages", "Policies", "Ledger", "Releases", "Rounds"],
                ["Audit"] = ["Configuration", "Messages", "Releases", "Sessions"],
                ["Scoring"] = ["Configuration"],
            },
            ["Consortium.Hosting"] = new Dictionary<string, string[]>
            {
                ["Faults"] = [],
                ["Resilience"] = [],
                ["Telemetry"] = [],
                ["Health"] = ["Telemetry"],
                ["Storage"] = ["Faults", "Telemetry"],
                ["Bus"] = ["Faults", "Resilience", "Telemetry"],
                ["Journal"] = ["Faults", "Resilience", "Telemetry", "Storage", "Bus"],
                ["Ledger"] = ["Faults", "Storage"],
                ["Daemons"] = ["Faults", "Resilience", "Telemetry", "Health", "Storage", "Bus", "Journal", "Ledger"],
                ["Secrets"] = ["Storage", "Daemons"],
            },
            ["Consortium.Hosting.RabbitMq"] = new Dictionary<string, string[]>(),
            ["Consortium.Hosting.Sqlite"] = new Dictionary<string, string[]>(),
            ["Consortium.Hosting.InMemory"] = new Dictionary<string, string[]>(),
            ["Consortium.Workloads"] = new Dictionary<string, string[]>(),
            ["Consortium.Auditing"] = new Dictionary<string, string[]>(),
            ["Consortium.Operator"] = new Dictionary<string, string[]>
            {
                ["Sessions"] = [],
                ["Journal"] = ["Sessions"],
                ["Client"] = ["Journal", "Sessions"],
            },
            ["Consortium.Participant"] = new Dictionary<string, string[]>
            {
                ["Rounds"] = [],
                ["Store"] = [],
                ["Data"] = ["Store"],
                [Root] = ["Data", "Rounds", "Store"],
            },
            ["Consortium.Aggregator"] = new Dictionary<string, string[]>(),
            ["Consortium.KeyHolder"] = new Dictionary<string, string[]>(),
            ["Consortium.Scoring"] = new Dictionary<string, string[]>(),
            ["Consortium.Scoring.Client"] = new Dictionary<string, string[]>(),
            ["Consortium.Participant.Daemon"] = new Dictionary<string, string[]>(),
            ["Consortium.Aggregator.Daemon"] = new Dictionary<string, string[]>(),
            ["Consortium.KeyHolder.Daemon"] = new Dictionary<string, string[]>(),
            ["Consortium.Scoring.Daemon"] = new Dictionary<string, string[]>(),
            ["Consortium.Cli"] = new Dictionary<string, string[]>
            {
                ["CommandLine"] = [],
                ["Completion"] = ["CommandLine"],
                ["Data"] = ["CommandLine"],
                ["Alerts"] = ["CommandLine", "Models"],
                ["Reporting"] = ["CommandLine"],
                ["Simulation"] = ["CommandLine"],
                ["Models"] = ["CommandLine", "Enrolment"],
                ["Enrolment"] = ["CommandLine", "Simulation"],
                ["Trials"] = ["CommandLine", "Enrolment"],
                ["Receipts"] = ["CommandLine", "Enrolment"],
                ["Ledgers"] = ["CommandLine", "Enrolment"],
                ["Sessions"] = ["CommandLine", "Enrolment", "Ledgers"],
                ["Privacy"] = ["CommandLine", "Enrolment", "Ledgers", "Sessions"],
                ["Auditing"] = ["CommandLine", "Enrolment"],
                ["Checkup"] = ["CommandLine", "Data", "Enrolment", "Sessions"],
                ["Demo"] = ["CommandLine", "Reporting", "Sessions", "Simulation"],
                [Root] =
            [
                "Alerts", "Auditing", "Checkup", "CommandLine", "Completion", "Data", "Demo", "Enrolment", "Ledgers", "Models",
                "Privacy", "Receipts", "Reporting", "Sessions", "Simulation", "Trials",
            ],
            },
        };
}
