using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// RabbitMQ's definitions for a consortium: users, permissions, queues, exchanges, bindings and limits. A party may
/// read its own queue and publish to its own exchange, which is bound to the queues it may reach; it has no right to bind,
/// declare or delete anything. So one bank can neither read another's queue nor write to it, and whoever steals its password can
/// delete nothing.
/// </summary>
public static class BrokerDefinitions
{
    private const string Nothing = "^$";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="topology">Who sends to whom.</param>
    /// <param name="passwordHashes">For each party, see <see cref="BrokerPassword"/>.</param>
    /// <param name="operatorName">A user that reads the dead-letter queues and nothing else.</param>
    /// <param name="operatorHash">Its password's hash.</param>
    public static string ToJson(
        BusTopology topology,
        IReadOnlyDictionary<PartyId, string> passwordHashes,
        PartyId operatorName,
        string operatorHash,
        BrokerLimits limits,
        string virtualHost = "consortium")
    {
        var users = new JsonArray(User(operatorName, operatorHash));
        var permissions = new JsonArray(Permission(operatorName, virtualHost, Nothing, Nothing, @"^[a-z0-9-]+\.dead$"));
        var queues = new JsonArray();
        var exchanges = new JsonArray();
        var bindings = new JsonArray();
        foreach (PartyId party in topology.Parties)
        {
            string hash = passwordHashes.TryGetValue(party, out string? found)
                ? found
                : throw new ArgumentException($"No password for '{party}'.", nameof(passwordHashes));
            users.Add(User(party, hash));
            permissions.Add(Permission(
                party, virtualHost, Nothing, Exactly(BusNames.Exchange(party)), Exactly(BusNames.Queue(party))));
            queues.Add(Queue(BusNames.Queue(party), virtualHost, limits.QuorumQueues));
            queues.Add(Queue(BusNames.DeadLetters(party), virtualHost, limits.QuorumQueues));
            exchanges.Add(new JsonObject
            {
                ["name"] = BusNames.Exchange(party),
                ["vhost"] = virtualHost,
                ["type"] = "direct",
                ["durable"] = true,
                ["auto_delete"] = false,
                ["internal"] = false,
                ["arguments"] = new JsonObject(),
            });
            bindings.Add(Binding(BusNames.Exchange(party), BusNames.DeadLetters(party), virtualHost));
            foreach (PartyId recipient in topology.RecipientsOf(party))
            {
                bindings.Add(Binding(BusNames.Exchange(party), BusNames.Queue(recipient), virtualHost));
            }
        }

        var definitions = new JsonObject
        {
            ["vhosts"] = new JsonArray(new JsonObject { ["name"] = virtualHost }),
            ["users"] = users,
            ["permissions"] = permissions,
            ["policies"] = new JsonArray(
                Policy("queues", virtualHost, "^[a-z0-9-]+$", limits.QueueBytes, "reject-publish"),
                Policy("dead-letters", virtualHost, @"^[a-z0-9-]+\.dead$", limits.DeadLetterBytes, "drop-head")),
            ["queues"] = queues,
            ["exchanges"] = exchanges,
            ["bindings"] = bindings,
        };
        return definitions.ToJsonString(Indented) + "\n";

        JsonObject User(PartyId name, string hash) => new()
        {
            ["name"] = name.Name,
            ["password_hash"] = hash,
            ["hashing_algorithm"] = "rabbit_password_hashing_sha256",
            ["tags"] = string.Empty,
            ["limits"] = new JsonObject { ["max-connections"] = limits.Connections, ["max-channels"] = 4 * limits.Connections },
        };
    }

    /// <summary>
    /// The broker's own settings that belong to the definitions: where they are, the largest message, and how long a stranger may
    /// take to log in and a reader to acknowledge (milliseconds). TLS and listeners are the operator's.
    /// </summary>
    public static string ToBrokerConfiguration(string definitionsFile, BrokerLimits limits) =>
        $"""
        load_definitions = {definitionsFile}
        max_message_size = {limits.MessageBytes}
        handshake_timeout = {limits.HandshakeSeconds * 1000}
        ssl_handshake_timeout = {limits.HandshakeSeconds * 1000}
        consumer_timeout = {limits.AcknowledgementSeconds * 1000}

        """;

    private static string Exactly(string name) => $"^{Regex.Escape(name)}$";

    private static JsonObject Permission(PartyId user, string virtualHost, string configure, string write, string read) => new()
    {
        ["user"] = user.Name,
        ["vhost"] = virtualHost,
        ["configure"] = configure,
        ["write"] = write,
        ["read"] = read,
    };

    private static JsonObject Queue(string name, string virtualHost, bool quorum) => new()
    {
        ["name"] = name,
        ["vhost"] = virtualHost,
        ["durable"] = true,
        ["auto_delete"] = false,
        ["arguments"] = new JsonObject { ["x-queue-type"] = quorum ? "quorum" : "classic" },
    };

    private static JsonObject Binding(string exchange, string queue, string virtualHost) => new()
    {
        ["source"] = exchange,
        ["vhost"] = virtualHost,
        ["destination"] = queue,
        ["destination_type"] = "queue",
        ["routing_key"] = queue,
        ["arguments"] = new JsonObject(),
    };

    private static JsonObject Policy(string name, string virtualHost, string pattern, long bytes, string overflow) => new()
    {
        ["name"] = name,
        ["vhost"] = virtualHost,
        ["pattern"] = pattern,
        ["apply-to"] = "queues",
        ["priority"] = 0,
        ["definition"] = new JsonObject { ["max-length-bytes"] = bytes, ["overflow"] = overflow },
    };
}
