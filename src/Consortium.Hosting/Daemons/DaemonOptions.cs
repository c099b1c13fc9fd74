using System.Collections.Immutable;
using System.Net;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Ledger;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Configuration;

namespace Consortium.Hosting.Daemons;

/// <summary>What a daemon of any role is given.</summary>
public sealed record DaemonOptions
{
    /// <summary>
    /// The configuration section, and so the prefix of environment variables: <c>Consortium__Data</c> and so on.
    /// </summary>
    public const string Section = "Consortium";

    public required ConsortiumConfiguration Configuration { get; init; }

    /// <summary>Of a member of the consortium: it says which party this daemon is.</summary>
    public required PrivateIdentity Identity { get; init; }

    /// <summary>Keeps everything that must not be lost.</summary>
    public required IStorage Storage { get; init; }

    /// <summary>The folder of <see cref="Storage"/>, whose free space is watched; null where it is in none.</summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// The participation ledger of a bank or key holder: apart from <see cref="Storage"/>, which is emptied now and then, while
    /// this lasts as long as the consortium.
    /// </summary>
    public required string Ledger { get; init; }

    /// <summary>
    /// Where the storage remembers how far the ledger was, see <see cref="LedgerFile.HeadFileIn"/>; null for nowhere.
    /// </summary>
    public string? LedgerHead { get; init; }

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
        settings.RejectUnknown();
        settings.ThrowIfWrong();

        bool isTrial = settings.Flag("Trial");
        ConsortiumConfiguration consortium = ConsortiumFile.Parse(File.ReadAllBytes(file)).ToConfiguration();
        RequirePinned(settings, file, consortium, isTrial);
        bool isPlaintext = settings.Flag("PlaintextIdentity");
        string passphrase = isPlaintext
            ? string.Empty
            : settings.Secret("Passphrase", "passphrase", "the identity file's passphrase");
        Func<PartyId, FrameHandler, BusSurroundings, PartyBus> join = adapters.Transport(settings, consortium);
        IPEndPoint? health = settings.Endpoint("Health");
        settings.ThrowIfWrong();

        return new DaemonOptions
        {
            Configuration = consortium,
            Identity = isPlaintext
                ? IdentityFile.LoadPlaintextForDemonstration(identity)
                : IdentityFile.Load(identity, passphrase),
            Storage = storage,
            DataFolder = settings["Data"],
            Ledger = settings["Ledger"] ?? LedgerBeside(identity),
            LedgerHead = settings["Data"] is { } data ? LedgerFile.HeadFileIn(data) : null,
            Health = health,
            JoinBus = join,
        };
    }

    /// <summary>That the file is the one that was agreed on, and that its operator signed it.</summary>
    private static void RequirePinned(DaemonSettings settings, string file, ConsortiumConfiguration consortium, bool isTrial)
    {
        if (settings["Digest"] is { } digest)
        {
            if (digest != consortium.Digest.ToString())
            {
                throw new InvalidConfigurationException(
                    file,
                    [new Problem(
                        "$", $"Its digest is {consortium.Digest}, not the agreed {digest}. Give every member the same file.")]);
            }
        }
        else if (!isTrial)
        {
            settings.Wrong(
                "Digest",
                "Pin the configuration's digest, which `consortium check` prints once you have compared the fingerprints: "
                    + "without it, whoever writes the file chooses the members.");
        }

        string signature = settings["Signature"]
            ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "consortium.signature.json");
        if (File.Exists(signature))
        {
            if (ConfigurationSignature.Parse(signature, File.ReadAllBytes(signature)).Objection(consortium) is { } objection)
            {
                throw new InvalidConfigurationException(signature, [new Problem("$", objection)]);
            }
        }
        else if (!isTrial)
        {
            settings.Wrong(
                "Signature",
                $"There is no {signature}: put the operator's signature beside consortium.json, or name it. `consortium sign` "
                    + "makes it.");
        }
    }

    /// <summary>Where a party's ledger is unless its settings say otherwise.</summary>
    public static string LedgerBeside(string identityFile) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(identityFile))!, "participation.ledger");

    /// <summary>Frames as large as the consortium's largest message.</summary>
    public static BusLimits LimitsFor(ConsortiumConfiguration configuration) => new()
    {
        FrameBytes = Math.Min(16 << 20, Math.Max(configuration.Limits.MessageBytes, configuration.Limits.FrameBytes)),
    };

    /// <exception cref="InvalidConfigurationException">The identity is no member's, or a member's of another role.</exception>
    public Member FindSelf(PartyRole role)
    {
        ReadOnlySpan<byte> digest = Identity.Public.Digest;
        foreach (Member member in (ImmutableArray<Member>)
            [
                .. Configuration.Participants, .. Configuration.KeyHolders, Configuration.Aggregator, Configuration.Operator,
                .. Configuration.Scorer is { } scorer ? [scorer] : (Member[])[], .. Configuration.Clients,
            ])
        {
            if (member.Identity.Digest.SequenceEqual(digest))
            {
                return member.Role == role
                    ? member
                    : throw new InvalidConfigurationException(
                        "the identity file",
                        [new Problem("$", $"It is of '{member.Id}', a {member.Role}; this daemon is for a {role}.")]);
            }
        }

        throw new InvalidConfigurationException(
            "the identity file",
            [new Problem("$", "Its public identity is not in consortium.json: have it listed there, or name the right file.")]);
    }
}
