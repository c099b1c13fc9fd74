using Consortium.Aggregator;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Sqlite;
using Consortium.KeyHolder;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Consortium.Testing.Scripted;

/// <summary>The real daemons of a made-up consortium in this process, each on a data folder of its own.</summary>
public sealed class HostedRoles(ConsortiumFolder consortium, Func<PartyId, FrameHandler, BusSurroundings, PartyBus> join)
{
    /// <summary>What the daemons log.</summary>
    public TestLog Log { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public AggregatorOptions Aggregator { get; init; } = new();

    /// <summary>Aggregator and key holders, not started.</summary>
    public IHost Committee() => Host(AddCommittee);

    /// <summary>The key holders without the aggregator, not started.</summary>
    public IHost KeyHolders() => Host(AddKeyHolders);

    /// <summary>Any daemons, not started.</summary>
    public IHost Host(Action<IHostApplicationBuilder> add)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton(Time);
        add(builder);
        return builder.Build();
    }

    public DaemonOptions OptionsOf(PartyId party) => new()
    {
        Configuration = consortium.Configuration,
        Identity = consortium.IdentityOf(party),
        Storage = new FolderStorage(Path.Combine(consortium.FolderOf(party), "state")),
        JoinBus = join,
    };

    /// <summary>Adds aggregator and key holders to a host.</summary>
    public void AddCommittee(IHostApplicationBuilder builder)
    {
        AggregatorDaemon.AddTo(builder, OptionsOf(consortium.Configuration.Aggregator.Id), Aggregator);
        AddKeyHolders(builder);
    }

    private void AddKeyHolders(IHostApplicationBuilder builder)
    {
        foreach (Member holder in consortium.Configuration.KeyHolders)
        {
            KeyHolderDaemon.AddTo(builder, OptionsOf(holder.Id));
        }
    }
}
