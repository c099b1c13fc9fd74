using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Enrolment;

/// <summary>
/// What a member sends to the operator: who it wants to be in the consortium, and its public identity. Signed with the keys that
/// it
/// names, so nobody enrols keys that are another's. Nothing in it is secret.
/// </summary>
internal sealed record MemberDocument
{
    /// <summary>The longest document that <see cref="Read"/> looks at.</summary>
    public const int MaximumLength = 32 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Id { get; init; }

    public required string Role { get; init; }

    /// <summary>For people: compared by voice.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Base64 of the public identity.</summary>
    public required string Identity { get; init; }

    /// <summary>Base64 of its signature over id, role and identity.</summary>
    public required string Signature { get; init; }

    public static MemberDocument Create(PartyId id, PartyRole role, PrivateIdentity identity) => new()
    {
        Id = id.Name,
        Role = RoleName.Of(role),
        Fingerprint = identity.Public.Fingerprint.ToString(),
        Identity = Convert.ToBase64String(identity.Public.Encode()),
        Signature = Convert.ToBase64String(identity.Sign(SignedBytes(id.Name, RoleName.Of(role), identity.Public))),
    };

    /// <summary>Reads a document and proves that all its parts belong together.</summary>
    /// <exception cref="CommandException">No such document; says which part is wrong.</exception>
    public static (Member Member, MemberDocument Document) Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > MaximumLength } large)
        {
            throw Unusable(path, $"it has {large.Length} bytes, and an identity document has at most {MaximumLength}");
        }

        MemberDocument document;
        try
        {
            document = JsonSerializer.Deserialize<MemberDocument>(File.ReadAllBytes(path), Json)
                ?? throw Unusable(path, "it is null");
        }
        catch (JsonException exception)
        {
            throw Unusable(path, exception.Message, exception);
        }

        PartyId id = MemberName.Parse(document.Id);
        PartyRole role = RoleName.Find(document.Role)
            ?? throw Unusable(path, $"role is '{document.Role}', not one of {string.Join(", ", RoleName.All)}");
        try
        {
            PublicIdentity identity = PublicIdentity.Decode(Convert.FromBase64String(document.Identity));
            return Cryptography.Identity.Fingerprint.Parse(document.Fingerprint) != identity.Fingerprint
                ? throw Unusable(path, "its fingerprint is not that of the keys inside")
                : !identity.Verify(
                    SignedBytes(document.Id, document.Role, identity), Convert.FromBase64String(document.Signature))
                ? throw Unusable(path, "its signature does not fit: it was altered, or was not made with the keys that it names")
                : (new Member(id, role, identity), document);
        }
        catch (FormatException exception)
        {
            throw Unusable(path, exception.Message, exception);
        }
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    private static byte[] SignedBytes(string id, string role, PublicIdentity identity) =>
        [.. Encoding.ASCII.GetBytes($"consortium/1/member-document\n{id}\n{role}\n"), .. identity.Digest];

    private static CommandException Unusable(string path, string why, Exception? cause = null) =>
        new(
            ExitCode.BadInput,
            $"{path} is no identity document: {why}. Have the member make it anew with `identity new`, and send the file as "
                + $"it is.",
            cause);
}
