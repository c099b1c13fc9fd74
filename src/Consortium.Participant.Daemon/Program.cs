using Consortium.Hosting.Daemons;
using Consortium.Participant;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(
    args, PartyRole.Participant, (builder, options) => ParticipantDaemon.AddTo(builder, options, ParticipantOptions.Read(builder.Configuration)));
