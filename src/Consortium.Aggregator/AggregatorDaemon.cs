using Consortium.Hosting.Daemons;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Hosting;

namespace Consortium.Aggregator;

/// <summary>The aggregator as a daemon.</summary>
public static class AggregatorDaemon
{
    private const int ApplicationId = 0x434E4147; // "CNAG"

    /// <summary>Key shares are sealed where they lie, and yet what is deleted is overwritten.</summary>
    internal static DatabaseSchema Schema { get; } = new(
        ApplicationId,
        [
            FrameJournal.Migration, SessionTable.Migration, Archive.Migration + Retention.Migration, OpeningProofTable.Migration,
            Archive.TagMigration, Archive.SharesMigration, SessionKeyTable.Migration,
        ])
    {
        OverwritesDeleted = true,
    };

    /// <summary>Adds the aggregator to a host: its own process, or the one-process demo.</summary>
    public static void AddTo(IHostApplicationBuilder builder, DaemonOptions options, AggregatorOptions? own = null) =>
        Daemon.AddTo(
            builder,
            PartyRole.Aggregator,
            options,
            Schema,
            party => new AggregatorRole(party, own ?? new AggregatorOptions()));
}
