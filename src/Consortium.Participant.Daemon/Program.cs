using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Sqlite;
using Consortium.Participant;
using Consortium.Participant.Data;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(
    args, PartyRole.Participant, new DaemonAdapters(FolderStorage.FromSettings, RabbitMqTransport.FromSettings),
    (builder, options) => ParticipantDaemon.AddTo(builder, options, ParticipantOptions.Read(builder.Configuration)));
