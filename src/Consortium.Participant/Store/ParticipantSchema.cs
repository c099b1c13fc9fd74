using Consortium.Hosting.Daemons;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Storage;

namespace Consortium.Participant.Store;

/// <summary>The tables of a bank's database, each migration in the order it came.</summary>
internal static class ParticipantSchema
{
    private const int ApplicationId = 0x434E5042; // "CNPB"

    public static DatabaseSchema Value { get; } =
        new(ApplicationId,
        [
            FrameJournal.Migration, SessionTable.Migration, TrainingTables.Migration, TrainingTables.VoteMigration,
            TrainingTables.OpeningProofMigration, FileJournal.Migration, TrainingTables.VoteOrderMigration,
            TrainingTables.VoidVoteMigration, TrainingTables.ModelViewMigration,
            SessionVault.Migration,
        ])
        { OverwritesDeleted = true };
}
