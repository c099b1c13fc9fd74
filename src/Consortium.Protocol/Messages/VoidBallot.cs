using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Why a bank's ballot does not count, for everybody to see: what the bank signed is no ballot, or T key holders reject what it
/// sealed to them. A vote goes on without that bank.
/// </summary>
public sealed record VoidBallot
{
    public required Signed<UpdateManifest> Manifest { get; init; }

    /// <summary>Key holders' rejections of the manifest. None where anybody can see that it is no ballot.</summary>
    public required ImmutableArray<Signed<Rejected>> Rejections { get; init; }

    public PartyId Participant => Manifest.Sender;

    /// <summary>Whether this shows what it claims, signatures apart.</summary>
    public bool Holds(ConsortiumConfiguration configuration) =>
        Manifest.Statement.Shape.IsBallot
        && (IsRejected(configuration) || !SealedBallot.TryCheck(Manifest, configuration.Threshold, out _, out _));

    /// <summary>Whether T key holders reject what the bank sealed to them.</summary>
    internal bool IsRejected(ConsortiumConfiguration configuration) =>
        Rejections.Where(rejection =>
                Counts(rejection.Statement, Manifest.Digest) && configuration.IndexOfKeyHolder(rejection.Sender) >= 0)
            .Select(rejection => rejection.Sender).Distinct().Count() >= configuration.Threshold;

    public static VoidBallot Read(ref CanonicalReader reader) => new()
    {
        Manifest = Signed<UpdateManifest>.Read(ref reader),
        Rejections = Lists.Statements<Rejected>(ref reader, reader.Limits.KeyHolders, "rejections of a ballot"),
    };

    public void Write(CanonicalWriter writer)
    {
        Manifest.Write(writer);
        Lists.Write(writer, Rejections);
    }

    /// <summary>Whether a rejection is one that counts against a ballot.</summary>
    internal static bool Counts(Rejected rejected, Digest manifest) =>
        rejected is { SubjectType: MessageType.UpdateManifest, Reason: RejectionReason.Spoiled }
        && rejected.SubjectDigest == manifest;
}
