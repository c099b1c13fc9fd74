using Consortium.Aggregator;
using Consortium.Hosting.Daemons;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(
    args, PartyRole.Aggregator, (builder, options) => AggregatorDaemon.AddTo(builder, options, AggregatorOptions.Read(builder.Configuration)));
