using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Privacy;
using FluentValidation;

namespace Consortium.Protocol.Configuration;

/// <summary>Every rule of <c>consortium.json</c>. Each message says what to write instead.</summary>
internal sealed class ConsortiumFileValidator : AbstractValidator<ConsortiumFile>
{
    private const int SmallestMinimumCohort = 3;
    private const int MostClients = 1024;

    /// <summary>A wire chunk of 55,296 bytes and two headers.</summary>
    private const int SmallestFrame = 56 * 1024;

    /// <summary>A manifest with its signature, and a sealed share.</summary>
    private const int BytesPerMember = 24 * 1024;

    /// <summary>A tag with its signature.</summary>
    private const int BytesPerTag = 4 * 1024;

    /// <summary>
    /// What an opening proof of a disputed place takes beside the disputes and digests: a chunk, a proof and a sealed part.
    /// </summary>
    private const int RoomForAnOpeningProof = 256 * 1024;

    public ConsortiumFileValidator()
    {
        RuleFor(file => file.Version).Cascade(CascadeMode.Stop)
            .NotNull().WithMessage(
                $"This file is from before version {ConsortiumFile.CurrentVersion}, in which \"transport\" is part of the "
                + $"digest. Add \"version\": {ConsortiumFile.CurrentVersion}, "
                + "check \"transport\", and have the operator sign again and every member pin the new digest.")
            .Equal(ConsortiumFile.CurrentVersion)
            .WithMessage(
                $"This program reads version {ConsortiumFile.CurrentVersion}, not {{PropertyValue}}. Use the release that the "
                    + "file is for.");
        RuleFor(file => file.Previous)
            .Must(digest => digest is null || (digest.Length == 2 * Digest.Length && digest.All(char.IsAsciiHexDigitLower)))
            .WithMessage(
                "Write the digest of the configuration before this one, as `consortium check` prints it, or leave \"previous\" "
                    + "out of a consortium's first file.");
        RuleFor(file => file.LeastDays)
            .InclusiveBetween(1, 366)
            .WithMessage("Use 1 to 366 days, such as 28, not {PropertyValue}.");
        RuleFor(file => file.PrivacyBudget).SetValidator(new BudgetValidator()!).When(file => file.PrivacyBudget is not null);
        RuleFor(file => file.Name).NotEmpty().WithMessage("Name the consortium.")
            .MaximumLength(200).WithMessage("Use at most 200 characters.");
        RuleForEach(file => file.Participants).SetValidator(new PartyEntryValidator());
        RuleForEach(file => file.KeyHolders).SetValidator(new PartyEntryValidator());
        RuleFor(file => file.Aggregator).NotNull().WithMessage("Name the aggregator: { \"id\": ..., \"identity\": ... }.")
            .SetValidator(new PartyEntryValidator()!);
        RuleFor(file => file.Operator).NotNull().WithMessage("Name the operator: { \"id\": ..., \"identity\": ... }.")
            .SetValidator(new PartyEntryValidator()!);
        RuleFor(file => file.Scorer).SetValidator(new PartyEntryValidator()!);
        RuleForEach(file => file.Clients).SetValidator(new PartyEntryValidator());
        RuleFor(file => file.Clients.Length)
            .LessThanOrEqualTo(MostClients).WithMessage($"List at most {MostClients} clients, not {{PropertyValue}}.");
        RuleFor(file => file.Scorer)
            .NotNull().When(file => file.Clients.Length > 0)
            .WithMessage("Name who scores the clients' payments: \"scorer\": { \"id\": ..., \"identity\": ... }.");
        RuleFor(file => file).Custom(PartiesAreDistinct);

        RuleFor(file => file.Participants.Length)
            .GreaterThanOrEqualTo(SmallestMinimumCohort)
            .WithMessage(
                file =>
                    $"List at least {SmallestMinimumCohort} banks: in a sum over {file.Participants.Length}, a bank reads the "
                        + "rest by subtracting its own.");
        RuleFor(file => file.KeyHolders.Length)
            .InclusiveBetween(2, 255)
            .WithMessage(file => $"List 2 to 255 key holders, not {file.KeyHolders.Length}: one alone could read every update.");
        RuleFor(file => file.Threshold).Cascade(CascadeMode.Stop)
            .NotNull().WithMessage("Say how many key holders must approve and release.")
            .Must((file, threshold) => threshold >= 2
                && 2 * threshold > file.KeyHolders.Length
                && threshold <= file.KeyHolders.Length)
            .WithMessage(file => ThresholdFix(file.KeyHolders.Length, file.Threshold!.Value));
        RuleFor(file => file.MinimumCohort).Cascade(CascadeMode.Stop)
            .NotNull().WithMessage($"Say how many banks a sum needs, {SmallestMinimumCohort} or more.")
            .GreaterThanOrEqualTo(SmallestMinimumCohort)
            .WithMessage(
                file =>
                    $"Use {SmallestMinimumCohort} or more, not {file.MinimumCohort}: with fewer, one bank's update follows from "
                        + "the sum and another's.")
            .Must((file, minimum) => minimum <= file.Participants.Length)
            .WithMessage(
                file => $"Use at most {file.Participants.Length}, the number of participants, not {file.MinimumCohort}.");

        RuleFor(file => file.Deadlines).NotNull().WithMessage(
            "Give deadlines: { \"updateSeconds\": ..., \"holderSeconds\": ... }.");
        When(file => file.Deadlines is not null, () =>
        {
            Range(file => file.Deadlines!.UpdateSeconds, 1, 7 * 24 * 3600, "seconds that banks have for an update");
            Range(file => file.Deadlines!.HolderSeconds, 1, 7 * 24 * 3600, "seconds that key holders have to answer");
        });
        RuleFor(file => file.Limits).NotNull().WithMessage("Give limits; the example configuration has reasonable ones.");
        When(file => file.Limits is not null, () =>
        {
            Range(file => file.Limits!.Participants, 3, 1024, "participants");
            Range(file => file.Limits!.KeyHolders, 2, 255, "key holders");
            Range(file => file.Limits!.Chunks, 1, 65_536, "chunks in an update");
            Range(file => file.Limits!.MessageBytes, 64 * 1024, 64 * 1024 * 1024, "bytes in a message");
            Range(file => file.Limits!.FrameBytes, SmallestFrame, 16 * 1024 * 1024, "bytes in a chunk frame");
            Range(file => file.Limits!.ModelBytes, 1, 1024 * 1024, "bytes in a model description");
            RuleFor(file => file.Limits!.Participants)
                .GreaterThanOrEqualTo(file => file.Participants.Length)
                .WithMessage(file => $"Use at least {file.Participants.Length}, the number of participants listed.");
            RuleFor(file => file.Limits!.KeyHolders)
                .GreaterThanOrEqualTo(file => file.KeyHolders.Length)
                .WithMessage(file => $"Use at least {file.KeyHolders.Length}, the number of key holders listed.");
            RuleFor(file => file.Limits!.MessageBytes)
                .GreaterThanOrEqualTo(file => LargestMessage(file))
                .WithMessage(
                    file =>
                        $"Use at least {LargestMessage(file)}: a closed cohort carries a manifest and a sealed share of every "
                            + "participant, a release every participant's tag and the digest of every chunk.");
        });
        RuleFor(file => file.Transport).NotNull().WithMessage(
            "Say where the broker is: { \"host\": ..., \"port\": ..., \"virtualHost\": ..., \"useTls\": ... }.");
        When(file => file.Transport is not null, () =>
        {
            RuleFor(file => file.Transport!.Host).NotEmpty().WithMessage("Name the broker's host.");
            Range(file => file.Transport!.Port, 1, 65_535, "the broker's port");
            RuleFor(file => file.Transport!.VirtualHost).NotEmpty().WithMessage("Name the broker's virtual host, such as \"/\".");
            RuleFor(file => file.Transport!.UseTls).NotNull().WithMessage("Say true or false: TLS to the broker.");
        });
    }

    private static int LargestMessage(ConsortiumFile file) =>
        Math.Max(
            file.Participants.Length * BytesPerMember,
            (file.Participants.Length * BytesPerTag) + (Math.Max(0, file.Limits!.Chunks ?? 0) * Digest.Length))
        + (file.KeyHolders.Length * BytesPerMember) + RoomForAnOpeningProof;

    private static string ThresholdFix(int keyHolders, int threshold)
    {
        int least = Math.Max(2, (keyHolders / 2) + 1);
        return keyHolders < 2
            ? "List the key holders first."
            : $"Use {least} to {keyHolders} for {keyHolders} key holders, not {threshold}. T must exceed half of them, or two "
              + "different cohorts of one "
              + $"round could each gather T approvals. {new CommitteeStrength(keyHolders, least)}";
    }

    private static void PartiesAreDistinct(ConsortiumFile file, ValidationContext<ConsortiumFile> context)
    {
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var identities = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string path, ConsortiumFile.PartyEntry? entry) in Entries(file))
        {
            if (entry?.Id is string id && !ids.TryAdd(id, path))
            {
                context.AddFailure($"{path}.id", $"'{id}' is taken by {ids[id]}. One party has one role.");
            }

            if (entry?.Identity is string identity && !identities.TryAdd(identity, path))
            {
                context.AddFailure(
                    $"{path}.identity", $"This is the identity of {identities[identity]}. Each party has keys of its own.");
            }
        }
    }

    private static IEnumerable<(string Path, ConsortiumFile.PartyEntry? Entry)> Entries(ConsortiumFile file) =>
    [
        .. file.Participants.Select((entry, i) => ($"participants[{i}]", (ConsortiumFile.PartyEntry?)entry)),
        .. file.KeyHolders.Select((entry, i) => ($"keyHolders[{i}]", (ConsortiumFile.PartyEntry?)entry)),
        ("aggregator", file.Aggregator),
        ("operator", file.Operator),
        ("scorer", file.Scorer),
        .. file.Clients.Select((entry, i) => ($"clients[{i}]", (ConsortiumFile.PartyEntry?)entry)),
    ];

    private void Range(System.Linq.Expressions.Expression<Func<ConsortiumFile, int?>> field, int least, int most, string what) =>
        RuleFor(field).Cascade(CascadeMode.Stop)
            .NotNull().WithMessage($"Give the number of {what}, {least} to {most}.")
            .InclusiveBetween(least, most).WithMessage($"Use {least} to {most} {what}, not {{PropertyValue}}.");

    private sealed class PartyEntryValidator : AbstractValidator<ConsortiumFile.PartyEntry>
    {
        public PartyEntryValidator()
        {
            RuleFor(entry => entry.Id).Must(id => id is not null && PartyId.IsValid(id))
                .WithMessage(
                    entry =>
                        $"'{entry.Id}' is no party id: use 1 to {PartyId.MaximumLength} of a-z, 0-9 and '-', starting with a "
                            + "letter.");
            RuleFor(entry => entry.Identity).Must(IsIdentity)
                .WithMessage("Paste the base64 of this party's public identity, as its own tool prints it.");
        }

        private static bool IsIdentity(string? base64)
        {
            byte[] bytes = new byte[PublicIdentity.MaximumEncodedLength];
            if (base64 is null || !Convert.TryFromBase64String(base64, bytes, out int length))
            {
                return false;
            }

            try
            {
                // Base64 has several spellings of some bytes; one identity is to have one.
                return Convert.ToBase64String(PublicIdentity.Decode(bytes.AsSpan(0, length)).Encode()) == base64;
            }
            catch (MalformedDataException)
            {
                return false;
            }
        }
    }

    private sealed class BudgetValidator : AbstractValidator<ConsortiumFile.BudgetEntry>
    {
        public BudgetValidator()
        {
            RuleFor(budget => budget.Epsilon)
                .Must(epsilon => epsilon is > 0 and <= PrivacyBudget.LargestEpsilon)
                .WithMessage(
                    $"Use a number above 0 and at most {PrivacyBudget.LargestEpsilon}, such as 8, not {{PropertyValue}}.");
            RuleFor(budget => budget.Delta)
                .Must(delta => delta is > 0 and <= PrivacyBudget.LargestDelta)
                .WithMessage(
                    "Use a number above 0 and at most 0.00001, such as 0.000001: below one over the payments of the largest "
                        + "window. A larger delta lets a sum show whole payments.");
            RuleFor(budget => budget.Unit)
                .Must(unit => unit is "payment" or "account")
                .WithMessage("Say \"payment\" or \"account\": whose presence the noise hides.");
        }
    }
}
