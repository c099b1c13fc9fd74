using Consortium.Hosting.Daemons;
using Consortium.Hosting.Sqlite;
using Consortium.Protocol.Configuration;
using Consortium.Scoring;

return await DaemonHost.RunAsync(
    args, PartyRole.Scorer, new DaemonAdapters(FolderStorage.FromSettings, ScorerDaemon.NoTransport),
    (builder, options) => ScorerDaemon.AddTo(builder, options, ScorerOptions.Read(builder.Configuration)));
