using Consortium.Hosting.Ledger;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Checkup;

/// <summary>A bank's or key holder's participation ledger: there, whole, and of this consortium.</summary>
internal static class LedgerCheckup
{
    private const string Area = "ledger";

    /// <returns>Null for a party that has none.</returns>
    public static Finding? Examine(Subject subject)
    {
        if (subject.Configuration is not { } configuration
            || subject.Member?.Role is not (PartyRole.Participant or PartyRole.KeyHolder))
        {
            return null;
        }

        string file = subject.Party.LedgerFile;
        if (!File.Exists(file))
        {
            return Finding.Wrong(
                subject.Name, Area, $"{file} is not there.",
                $"If {subject.Name} has never taken part: `consortium ledger begin --party {subject.Name}`. If it was lost: "
                    + "`consortium ledger import`, from a key holder's export.");
        }

        try
        {
            ParticipationLedger ledger = LedgerFile.Read(file);
            ledger.Adopt(configuration, out string? problem);
            return problem is not null
                ? Finding.Wrong(subject.Name, Area, $"{file} does not go with consortium.json.", problem)
                : Finding.Good(subject.Name, Area, $"{file} has {ledger.Counted.Count()} cohorts that plans are held against.");
        }
        catch (InvalidConfigurationException exception)
        {
            return Finding.Wrong(subject.Name, Area, $"{file} cannot be used.", exception.Problems[0].Fix);
        }
    }
}
