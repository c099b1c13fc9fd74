using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

/// <summary>What a key holder can show of what a bank sealed to it in a vote, and what it cannot.</summary>
public sealed class RevealedShareTests
{
    private const int Holder = 1;

    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members);
    private static readonly Member Bank = Members.Configuration.Find(new PartyId("bank-a"))!;
    private static readonly Member KeyHolder = Members.Configuration.KeyHolders[Holder];

    private readonly SessionSecret _secret;
    private readonly byte[] _agreement;

    public RevealedShareTests()
    {
        using var random = RandomNumberGenerator.Create();
        _secret = SessionSecret.Agree(
            Bank.Identity, KeyHolder.Identity, SampleKeys.Of(KeyHolder.Id.Name).Public, random, out _agreement);
    }

    public static TheoryData<string> Spoilings => ["zeros", "another ballot's share", "nothing", "bytes cut off", "random bytes"];

    [Theory, MemberData(nameof(Spoilings))]
    public void Holds_WhatTheBankSealedIsNoShare_IsShown(string how)
    {
        (Signed<UpdateManifest> ballot, byte[] sealedShare) = Vote(share => how switch
        {
            "zeros" => Seal(new byte[share.Length]),
            "another ballot's share" => Seal(Draw().EncodeShare(Holder + 1)),
            "nothing" => _agreement,
            "bytes cut off" => Seal(share)[..^1],
            _ => RandomNumberGenerator.GetBytes(SessionSecret.AgreementLength + 400),
        });
        VoidBallot shown = Show(ballot, sealedShare);

        Assert.True(shown.Holds(Members.Configuration));
        Assert.False((shown with { Revealed = null }).Holds(Members.Configuration));
    }

    [Fact]
    public void Holds_AnHonestBallot_NothingShowsAnything()
    {
        (Signed<UpdateManifest> ballot, byte[] sealedShare) = Vote(Seal);

        Assert.False(Show(ballot, sealedShare).Holds(Members.Configuration));
        Assert.False(Show(ballot, new byte[sealedShare.Length]).Holds(Members.Configuration));
        Assert.False(Show(ballot, sealedShare, key: new byte[BallotKey.Length]).Holds(Members.Configuration));
        Assert.False(Show(ballot, sealedShare, key: new byte[3]).Holds(Members.Configuration));
    }

    /// <summary>What would show a spoilt share, with one part of something else.</summary>
    [Fact]
    public void Holds_PartsOfSomethingElse_ShowNothing()
    {
        (Signed<UpdateManifest> ballot, byte[] sealedShare) = Vote(share => Seal(new byte[share.Length]));
        RevealedShare shown = Show(ballot, sealedShare).Revealed!;
        UpdateManifest commitment = shown.Commitment.Statement;
        Assert.True(shown.ShowsNoShareOf(ballot, Members.Configuration));
        foreach (RevealedShare other in (RevealedShare[])
        [
            shown with { Holder = Members.Configuration.KeyHolders[0].Id },
            shown with { Holder = new PartyId("nobody") },
            shown with { Commitment = Members.Sign("bank-b", commitment) },
            shown with
            {
                Commitment = Members.Sign("bank-a", commitment with
                {
                    Attempt = commitment.Attempt with { Session = new SessionId(Digest.Of("other"u8)) },
                }),
            },
            shown with { Commitment = Members.Sign("bank-a", commitment with { BallotKeys = [] }) },
            shown with { Commitment = Members.Sign("bank-a", Round.Manifest("bank-a")) },
        ])
        {
            Assert.False(other.ShowsNoShareOf(ballot, Members.Configuration));
        }
    }

    [Fact]
    public void Decode_VoidBallot_GivesWhatWasShown()
    {
        (Signed<UpdateManifest> ballot, byte[] sealedShare) = Vote(share => Seal(new byte[share.Length]));
        var writer = new CanonicalWriter();
        Show(ballot, sealedShare).Write(writer);
        var reader = new CanonicalReader("void ballot", writer.Written.ToArray(), Members.Configuration.Limits);
        VoidBallot read = VoidBallot.Read(ref reader);

        Assert.True(read.Holds(Members.Configuration));
        Assert.Equal(KeyHolder.Id, read.Revealed!.Holder);
    }

    private static Ballot Draw() => Ballot.Draw(0, Members.Configuration.Threshold, RandomSource.OperatingSystem);

    private byte[] Seal(byte[] share)
    {
        using var random = RandomNumberGenerator.Create();
        EnvelopeContext context = SealedBallot.ShareContext(Round.Attempt, Bank.Identity);
        return [.. _agreement, .. _secret.Ballots.Seal(share, KeyHolder.Identity, context, random)];
    }

    private static (Signed<UpdateManifest> Ballot, byte[] Sealed) Vote(Func<byte[], byte[]> seal)
    {
        using Ballot ballot = Draw();
        byte[] sealedShare = seal(ballot.EncodeShare(Holder + 1));
        UpdateManifest manifest = Round.Manifest(Bank.Id.Name) with
        {
            Shape = UpdateShape.Ballot,
            BallotKeys = [],
            ChunksRoot = DigestList.Root([]),
            SharingProof = default,
        };
        manifest = manifest with
        {
            SealedShareDigests = manifest.SealedShareDigests.SetItem(Holder, Digest.Of(sealedShare)),
        };
        manifest = manifest with { SharingProof = ballot.Prove(SealedBallot.Challenge(manifest, Bank.Id).ToArray()) };
        return (Members.Sign(Bank.Id.Name, manifest), sealedShare);
    }

    private VoidBallot Show(Signed<UpdateManifest> ballot, byte[] sealedShare, byte[]? key = null)
    {
        if (key is null)
        {
            _secret.Ballots.CopyTo(key = new byte[BallotKey.Length]);
        }

        UpdateManifest update = Round.Manifest(Bank.Id.Name);
        ImmutableArray<Digest> committed = update.BallotKeys.SetItem(Holder, new Digest(_secret.Ballots.Commit()));
        return new VoidBallot
        {
            Manifest = ballot,
            Rejections = [],
            Revealed = new RevealedShare
            {
                Commitment = Members.Sign(Bank.Id.Name, update with { BallotKeys = committed }),
                Holder = KeyHolder.Id,
                Key = key,
                Sealed = sealedShare,
            },
        };
    }
}
