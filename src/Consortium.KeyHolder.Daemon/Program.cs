using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Sqlite;
using Consortium.KeyHolder;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(
    args, PartyRole.KeyHolder, new DaemonAdapters(FolderStorage.FromSettings, RabbitMqTransport.FromSettings),
    KeyHolderDaemon.AddTo);
