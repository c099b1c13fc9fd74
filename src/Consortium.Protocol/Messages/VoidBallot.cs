using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Why a bank's ballot does not count, for everybody to see: what the bank signed is no ballot, or T key holders reject what it
/// sealed to them, or one shows what it sealed to it. A vote goes on without that bank.
/// </summary>
public sealed record VoidBallot
{
    public required Signed<UpdateManifest> Manifest { get; init; }

    /// <summary>Key holders' rejections of the manifest. None where anybody can see that it is no ballot.</summary>
    public required ImmutableArray<Signed<Rejected>> Rejections { get; init; }

    /// <summary>What the bank sealed to one key holder; null where nobody had to show it.</summary>
    public RevealedShare? Revealed { get; init; }

    public PartyId Participant => Manifest.Sender;

    /// <summary>Whether this shows what it claims, signatures apart.</summary>
    public bool Holds(ConsortiumConfiguration configuration) =>
        Manifest.Statement.Shape.IsBallot
        && (IsRejected(configuration) || Revealed?.ShowsNoShareOf(Manifest, configuration) == true
            || !SealedBallot.TryCheck(Manifest, configuration.Threshold, out _, out _));

    /// <summary>Whether T key holders reject what the bank sealed to them.</summary>
    internal bool IsRejected(ConsortiumConfiguration configuration) =>
        Rejections.Where(rejection =>
                Counts(rejection.Statement, Manifest.Digest) && configuration.IndexOfKeyHolder(rejection.Sender) >= 0)
            .Select(rejection => rejection.Sender).Distinct().Count() >= configuration.Threshold;

    public static VoidBallot Read(ref CanonicalReader reader) => new()
    {
        Manifest = Signed<UpdateManifest>.Read(ref reader),
        Rejections = Lists.Statements<Rejected>(ref reader, reader.Limits.KeyHolders, "rejections of a ballot"),
        Revealed = reader.Bool() ? RevealedShare.Read(ref reader) : null,
    };

    public void Write(CanonicalWriter writer)
    {
        Manifest.Write(writer);
        Lists.Write(writer, Rejections);
        writer.Bool(Revealed is not null);
        Revealed?.Write(writer);
    }

    /// <summary>Whether a rejection is one that counts against a ballot.</summary>
    internal static bool Counts(Rejected rejected, Digest manifest) =>
        rejected is { SubjectType: MessageType.UpdateManifest, Reason: RejectionReason.Spoiled }
        && rejected.SubjectDigest == manifest;
}
