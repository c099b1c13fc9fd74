using Consortium.Hosting.Daemons;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Participant.Data;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Hosting;

namespace Consortium.Participant;

/// <summary>A bank as a daemon.</summary>
public static class ParticipantDaemon
{
    /// <summary>Logged, once for each batch of files, when a bank's payments and their features are in memory.</summary>
    public const int DataReadEvent = 320;

    private const int ApplicationId = 0x434E5042; // "CNPB"

    internal static DatabaseSchema Schema { get; } =
        new(ApplicationId,
        [
            FrameJournal.Migration, SessionTable.Migration, TrainingTables.Migration, TrainingTables.VoteMigration,
            TrainingTables.OpeningProofMigration, FileJournal.Migration, TrainingTables.VoteOrderMigration,
            TrainingTables.VoidVoteMigration,
        ])
        { OverwritesDeleted = true };

    /// <summary>Adds a participant to a host: its own process, or the one-process demo.</summary>
    public static void AddTo(IHostApplicationBuilder builder, DaemonOptions options, ParticipantOptions own) =>
        Daemon.AddTo(builder, PartyRole.Participant, options, Schema, party => new ParticipantRole(party, own));
}
