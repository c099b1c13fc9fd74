using Consortium.Aggregator;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Sqlite;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(
    args, PartyRole.Aggregator, new DaemonAdapters(FolderStorage.FromSettings, RabbitMqTransport.FromSettings),
    (builder, options) => AggregatorDaemon.AddTo(builder, options, AggregatorOptions.Read(builder.Configuration)));
