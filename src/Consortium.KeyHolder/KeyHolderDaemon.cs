using Consortium.Hosting.Daemons;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Hosting;

namespace Consortium.KeyHolder;

/// <summary>A key holder as a daemon.</summary>
public static class KeyHolderDaemon
{
    private const int ApplicationId = 0x434E4B48; // "CNKH"

    /// <summary>Key shares are sealed where they lie, and yet what is deleted is overwritten.</summary>
    internal static DatabaseSchema Schema { get; } =
        new(ApplicationId, [FrameJournal.Migration, SessionTable.Migration, SharesTable.Migration, SessionVault.Migration])
        {
            OverwritesDeleted = true,
        };

    /// <summary>Adds a key holder to a host: its own process, or the one-process demo.</summary>
    public static void AddTo(IHostApplicationBuilder builder, DaemonOptions options) =>
        Daemon.AddTo(builder, PartyRole.KeyHolder, options, Schema, party => new KeyHolderRole(party));
}
