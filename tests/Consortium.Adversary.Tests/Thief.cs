using System.Security.Cryptography;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Secrets;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Adversary.Tests;

/// <summary>
/// Has recorded all that was ever sent, has every long-term key, and takes a machine's folder when it likes. Tries whatever there
/// is on whatever was sealed.
/// </summary>
internal sealed class Thief(SteppedConsortium consortium)
{
    private ConsortiumConfiguration Configuration => consortium.Folder.Configuration;

    /// <summary>Rounds of which a key share or a share-sum opens with all long-term keys, and nothing else.</summary>
    public IReadOnlyList<int> OpenWithIdentities(SessionId session) =>
        Opened(session, (holder, bank, agreement) => new Attempt(FromIdentity(holder, bank, agreement), null));

    /// <summary>The same with all long-term keys and the databases of all key holders and banks as they are now.</summary>
    public IReadOnlyList<int> OpenWithAllMachines(SessionId session) =>
        Opened(session, (holder, bank, agreement) => new Attempt(
            FromVault(holder, session, secrets => secrets.Accept(Member(bank), agreement, ReceivingKey(holder, session)))
                ?? FromIdentity(holder, bank, agreement),
            FromVault(bank, session, secrets => secrets.With(holder))));

    private IReadOnlyList<int> Opened(SessionId session, Func<PartyId, PartyId, byte[], Attempt> find)
    {
        var rounds = new SortedSet<int>();
        var agreements = new Dictionary<(PartyId Holder, PartyId Bank), byte[]>();
        foreach (UpdateSubmitted update in consortium.Network.Said<UpdateSubmitted>().Select(said => said.Message)
            .Where(update => update.Manifest.Statement.Attempt.Session == session).DistinctBy(update => update.Digest))
        {
            AttemptId attempt = update.Manifest.Statement.Attempt;
            EnvelopeContext context = update.Manifest.Statement.Shape.IsBallot
                ? SealedBallot.ShareContext(attempt, Member(update.Sender).Identity)
                : SealedShare.KeyShareContext(attempt, Member(update.Sender).Identity);
            foreach ((int index, ReadOnlyMemory<byte> share) in update.SealedShares.Index())
            {
                PartyId holder = Configuration.KeyHolders[index].Id;
                agreements[(holder, update.Sender)] = SealedShare.AgreementOf(share.Span).ToArray();
                foreach (SessionSecret? secret in find(holder, update.Sender, agreements[(holder, update.Sender)]).Secrets)
                {
                    if (SealedShare.TryOpen(share.Span, secret, context, out _)
                        || secret?.Ballots.TryOpen(
                            share.Span[SessionSecret.AgreementLength..], Member(holder).Identity, context, out _) == true
                        || Envelope.TryOpen(share.Span, consortium.Folder.IdentityOf(holder), context, out _))
                    {
                        rounds.Add(attempt.Round.Value);
                    }
                }
            }
        }

        foreach (ShareSumReleased release in consortium.Network.Said<ShareSumReleased>().Select(said => said.Message)
            .Where(release => release.Manifest.Statement.Attempt.Session == session).DistinctBy(release => release.Digest))
        {
            AttemptId attempt = release.Manifest.Statement.Attempt;
            foreach ((int index, ReadOnlyMemory<byte> sum) in release.SealedSums.Index())
            {
                PartyId bank = Configuration.Participants[index].Id;
                foreach (SessionSecret? secret in find(release.Sender, bank, agreements[(release.Sender, bank)]).Secrets)
                {
                    foreach (EnvelopeContext context in (EnvelopeContext[])
                    [
                        SealedShare.ShareSumContext(attempt, Member(release.Sender).Identity),
                        SealedBallot.SumContext(attempt, Member(release.Sender).Identity),
                    ])
                    {
                        if (secret?.TryOpen(sum.Span, context, out _) == true
                            || Envelope.TryOpen(sum.Span, consortium.Folder.IdentityOf(bank), context, out _))
                        {
                            rounds.Add(attempt.Round.Value);
                        }
                    }
                }
            }
        }

        return [.. rounds];
    }

    /// <summary>A key holder's long-term receiving key in the place of the one that it drew for the session.</summary>
    private SessionSecret? FromIdentity(PartyId holder, PartyId bank, byte[] agreement)
    {
        ReadOnlySpan<byte> seeds = consortium.Folder.IdentityOf(holder).Seeds;
        using SessionReceivingKey key = SessionReceivingKey.Restore(seeds[^SessionReceivingKey.SeedsLength..]);
        return SessionSecret.TryAccept(agreement, Member(bank).Identity, Member(holder).Identity, key, out SessionSecret? secret)
            ? secret
            : null;
    }

    private SessionSecret? FromVault(PartyId owner, SessionId session, Func<SessionSecrets, SessionSecret?> find)
    {
        SteppedDaemon daemon = consortium.Daemons.Single(daemon => daemon.Id == owner);
        SessionSecrets? secrets = daemon.Database.ReadAsync(
            state => new SessionVault(daemon.Party).Load(state, session), CancellationToken.None).GetAwaiter().GetResult();
        return secrets is null ? null : find(secrets);
    }

    private SessionReceivingKey? ReceivingKey(PartyId holder, SessionId session)
    {
        SteppedDaemon daemon = consortium.Daemons.Single(daemon => daemon.Id == holder);
        return daemon.Database.ReadAsync(
            state => new SessionVault(daemon.Party).FindReceivingKey(state, session), CancellationToken.None)
            .GetAwaiter().GetResult();
    }

    private Member Member(PartyId party) => Configuration.Find(party)!;

    private readonly record struct Attempt(SessionSecret? AtTheHolder, SessionSecret? AtTheBank)
    {
        public IEnumerable<SessionSecret?> Secrets => [AtTheHolder, AtTheBank];
    }
}
