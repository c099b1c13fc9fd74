using Consortium.Hosting.Daemons;
using Consortium.KeyHolder;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(args, PartyRole.KeyHolder, KeyHolderDaemon.AddTo);
