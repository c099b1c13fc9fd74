using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>Roles as people write them.</summary>
internal static class RoleName
{
    private static readonly (PartyRole Role, string Name)[] Names =
    [
        (PartyRole.Participant, "participant"), (PartyRole.KeyHolder, "key-holder"), (PartyRole.Aggregator, "aggregator"),
        (PartyRole.Operator, "operator"), (PartyRole.Scorer, "scorer"), (PartyRole.Client, "client"),
    ];

    public static string[] All { get; } = [.. Names.Select(pair => pair.Name)];

    public static string Of(PartyRole role) => Array.Find(Names, pair => pair.Role == role).Name;

    public static PartyRole? Find(string? name) =>
        Names.FirstOrDefault(pair => pair.Name == name) is { Name: not null } pair ? pair.Role : null;
}
