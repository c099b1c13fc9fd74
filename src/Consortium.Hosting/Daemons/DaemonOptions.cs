using System.Collections.Immutable;
using System.Net;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Configuration;

namespace Consortium.Hosting.Daemons;

/// <summary>What a daemon of any role is given.</summary>
public sealed record DaemonOptions
{
    /// <summary>The configuration section, and so the prefix of environment variables: <c>Consortium__Data</c> and so on.</summary>
    public const string Section = "Consortium";

    public required ConsortiumConfiguration Configuration { get; init; }

    /// <summary>Of a member of the consortium: it says which party this daemon is.</summary>
    public required PrivateIdentity Identity { get; init; }

    /// <summary>Keeps everything that must not be lost.</summary>
    public required IStorage Storage { get; init; }

    /// <summary>Takes this party's place on the bus.</summary>
    public required Func<PartyId, FrameHandler, BusSurroundings, PartyBus> JoinBus { get; init; }

    /// <summary>Where to answer <c>/health</c>, <c>/ready</c> and <c>/metrics</c>; null for nowhere.</summary>
    public IPEndPoint? Health { get; init; }

    /// <summary>Reads files and settings that the operator named. This project's README lists them.</summary>
    /// <exception cref="InvalidConfigurationException">Says everything that is missing or wrong in the settings.</exception>
    public static DaemonOptions Read(IConfiguration configuration, DaemonAdapters adapters)
    {
        var settings = new DaemonSettings(configuration.GetSection(Section));
        string file = settings.Required("Configuration", "the path of consortium.json");
        string identity = settings.Required("Identity", "the path of this party's identity file");
        IStorage storage = adapters.Storage(settings);
        settings.ThrowIfWrong();

        ConsortiumConfiguration consortium = ConsortiumFile.Parse(File.ReadAllBytes(file)).ToConfiguration();
        if (settings["Digest"] is { } digest && digest != consortium.Digest.ToString())
        {
            throw new InvalidConfigurationException(
                file, [new Problem("$", $"Its digest is {consortium.Digest}, not the agreed {digest}. Give every member the same file.")]);
        }

        bool isPlaintext = settings.Flag("PlaintextIdentity");
        string passphrase = isPlaintext ? string.Empty : settings.Secret("Passphrase", "the identity file's passphrase");
        Func<PartyId, FrameHandler, BusSurroundings, PartyBus> join = adapters.Transport(settings, consortium);
        IPEndPoint? health = settings.Endpoint("Health");
        settings.ThrowIfWrong();

        return new DaemonOptions
        {
            Configuration = consortium,
            Identity = isPlaintext ? IdentityFile.LoadPlaintextForDemonstration(identity) : IdentityFile.Load(identity, passphrase),
            Storage = storage,
            Health = health,
            JoinBus = join,
        };
    }

    /// <summary>Frames as large as the consortium's largest message.</summary>
    public static BusLimits LimitsFor(ConsortiumConfiguration configuration) => new()
    {
        FrameBytes = Math.Min(16 << 20, Math.Max(configuration.Limits.MessageBytes, configuration.Limits.FrameBytes)),
    };

    /// <exception cref="InvalidConfigurationException">The identity is no member's, or a member's of another role.</exception>
    internal Member FindSelf(PartyRole role)
    {
        ReadOnlySpan<byte> digest = Identity.Public.Digest;
        foreach (Member member in (ImmutableArray<Member>)
            [.. Configuration.Participants, .. Configuration.KeyHolders, Configuration.Aggregator, Configuration.Operator])
        {
            if (member.Identity.Digest.SequenceEqual(digest))
            {
                return member.Role == role
                    ? member
                    : throw new InvalidConfigurationException("the identity file", [new Problem("$", $"It is of '{member.Id}', a {member.Role}; this daemon is for a {role}.")]);
            }
        }

        throw new InvalidConfigurationException("the identity file", [new Problem("$", "Its public identity is not in consortium.json: have it listed there, or name the right file.")]);
    }
}
