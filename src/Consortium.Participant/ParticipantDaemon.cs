using Consortium.Hosting.Daemons;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Hosting;

namespace Consortium.Participant;

/// <summary>A bank as a daemon.</summary>
public static class ParticipantDaemon
{
    /// <summary>Logged, once for each batch of files, when a bank's payments and their features are in memory.</summary>
    public const int DataReadEvent = DataWatch.DataReadEvent;

    /// <summary>Adds a participant to a host: its own process, or the one-process demo.</summary>
    public static void AddTo(IHostApplicationBuilder builder, DaemonOptions options, ParticipantOptions own) =>
        Daemon.AddTo(builder, PartyRole.Participant, options, ParticipantSchema.Value, party => new ParticipantRole(party, own));
}
