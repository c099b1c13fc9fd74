using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Consortium.Cli.CommandLine;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Ledgers;

/// <summary>A ledger for other members, signed by the party whose it is. Digests of a bank's payments are left out.</summary>
internal sealed record LedgerExport
{
    private const int MaximumBytes = 128 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Lines of the ledger.</summary>
    public required string Ledger { get; init; }

    /// <summary>Whose ledger it is, and who signed.</summary>
    public required string SignedBy { get; init; }

    /// <summary>Base64.</summary>
    public required string Signature { get; init; }

    public static LedgerExport Create(ParticipationLedger ledger, PrivateIdentity identity)
    {
        string text = LedgerText.Write(ledger.ForOthers(), out Digest head);
        return new LedgerExport
        {
            Ledger = text,
            SignedBy = ledger.Owner.Name,
            Signature = Convert.ToBase64String(identity.Sign(SignedBytes(ledger.Owner, head))),
        };
    }

    /// <summary>The ledger in an export of a bank or key holder of this consortium.</summary>
    /// <exception cref="CommandException">It is no export, or not signed by the party that it names.</exception>
    public static ParticipationLedger Read(string path, ConsortiumConfiguration configuration)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no {path}.");
        }

        if (new FileInfo(path).Length > MaximumBytes)
        {
            throw new CommandException(ExitCode.BadInput, $"{path} is larger than any ledger.");
        }

        LedgerExport export;
        ParticipationLedger ledger;
        ImmutableArray<Digest> digests;
        try
        {
            export = JsonSerializer.Deserialize<LedgerExport>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("It is null.");
            ledger = LedgerText.Read(export.Ledger, out digests, out _);
        }
        catch (Exception exception) when (exception is JsonException or MalformedDataException)
        {
            throw new CommandException(
                ExitCode.BadInput, $"{path} is no export of a ledger, or was altered: {exception.Message}", exception);
        }

        byte[] signature = new byte[HybridSignature.Length];
        Member? signer = ledger.Owner.Name == export.SignedBy ? configuration.Find(ledger.Owner) : null;
        return signer is { Role: PartyRole.Participant or PartyRole.KeyHolder }
            && Convert.TryFromBase64String(export.Signature, signature, out int length) && length == signature.Length
            && signer.Identity.Verify(SignedBytes(ledger.Owner, digests[^1]), signature)
                ? ledger
                : throw new CommandException(
                    ExitCode.BadInput,
                    $"{path} is not signed by '{ledger.Owner}' of this consortium. Ask for another export, from a bank or key "
                        + "holder.");
    }

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json), (byte)'\n'];

    private static byte[] SignedBytes(PartyId owner, Digest head) =>
        Encoding.ASCII.GetBytes($"consortium/1/ledger-export\n{owner}\n{head}");
}
