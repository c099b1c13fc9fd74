using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>A party as <c>consortium.json</c> lists it, for people to look at: the file may still be wrong.</summary>
/// <param name="Fingerprint">Null when what the file gives is no identity.</param>
internal sealed record Enrolled(string Id, string Role, string? Fingerprint)
{
    /// <summary>Everyone listed so far, in the file's order.</summary>
    public static ImmutableArray<Enrolled> In(ConsortiumFile file) =>
    [
        .. file.Participants.Select(entry => Of(entry, PartyRole.Participant)),
        .. file.KeyHolders.Select(entry => Of(entry, PartyRole.KeyHolder)),
        .. file.Aggregator is null ? [] : (Enrolled[])[Of(file.Aggregator, PartyRole.Aggregator)],
        .. file.Operator is null ? [] : (Enrolled[])[Of(file.Operator, PartyRole.Operator)],
        .. file.Scorer is null ? [] : (Enrolled[])[Of(file.Scorer, PartyRole.Scorer)],
        .. file.Clients.Select(entry => Of(entry, PartyRole.Client)),
    ];

    private static Enrolled Of(ConsortiumFile.PartyEntry? entry, PartyRole role)
    {
        string? fingerprint;
        try
        {
            fingerprint = PublicIdentity.Decode(Convert.FromBase64String(entry?.Identity ?? string.Empty)).Fingerprint.ToString();
        }
        catch (FormatException)
        {
            fingerprint = null; // the check names the field and what to write there
        }

        return new Enrolled(entry?.Id ?? "(no id)", RoleName.Of(role), fingerprint);
    }
}
