using Consortium.Aggregator;
using Consortium.Hosting.Daemons;
using Consortium.Protocol.Messages;

return await DaemonHost.RunAsync(args, PartyRole.Aggregator, AggregatorDaemon.AddTo);
