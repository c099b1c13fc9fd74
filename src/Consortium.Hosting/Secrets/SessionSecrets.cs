using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Secrets;

/// <summary>
/// The secrets that a party shares with others in one session, in memory for as long as a piece of work takes. What it changes
/// holds once <see cref="SessionVault.Save"/> has written it. Not safe for several threads at once. Disposing erases it.
/// </summary>
/// <param name="self">Whose they are.</param>
/// <param name="storage">The session's, which stays the caller's.</param>
public sealed class SessionSecrets(PublicIdentity self, StorageKey storage) : IDisposable
{
    private readonly SortedDictionary<PartyId, (byte[] Agreement, SessionSecret Secret)> _pairs = [];

    /// <summary>At which round the secret with another party was when it was read.</summary>
    private readonly Dictionary<PartyId, int> _stored = [];

    /// <summary>
    /// What a key holder drew for a bank that had agreed nothing yet, at the round of the first sum that it sealed with it; at
    /// the bank what it was given of that.
    /// </summary>
    private readonly SortedDictionary<PartyId, SessionSecret> _late = [];

    /// <summary>What the party seals with what it keeps of the session on its own disk.</summary>
    public StorageKey Storage => storage;

    /// <summary>Secrets that are new, or at another round than when they were read.</summary>
    internal IEnumerable<(PartyId Other, byte[] Agreement, SessionSecret Secret)> Changed =>
        _pairs.Where(pair => !_stored.TryGetValue(pair.Key, out int round) || round != pair.Value.Secret.Round)
            .Select(pair => (pair.Key, pair.Value.Agreement, pair.Value.Secret));

    internal IEnumerable<(PartyId Other, SessionSecret Secret)> Late => _late.Select(late => (late.Key, late.Value));

    /// <summary>Whether those that were read are not <see cref="Late"/> as it is now.</summary>
    internal bool IsLateChanged { get; private set; }

    /// <summary>With whom a secret is agreed, and how.</summary>
    public IEnumerable<(PartyId Other, byte[] Agreement)> Agreements => _pairs.Select(pair => (pair.Key, pair.Value.Agreement));

    /// <summary>The secret with another party; null when there is none.</summary>
    public SessionSecret? With(PartyId other) => _pairs.TryGetValue(other, out var pair) ? pair.Secret : null;

    /// <summary>As a bank: agrees a secret under the key that a key holder offered, unless there is one.</summary>
    public void Agree(Member holder, PublicSessionKey key)
    {
        if (!_pairs.ContainsKey(holder.Id))
        {
            using var random = RandomNumberGenerator.Create();
            SessionSecret secret = SessionSecret.Agree(self, holder.Identity, key, random, out byte[] agreement);
            _pairs.Add(holder.Id, (agreement, secret));
        }
    }

    /// <summary>
    /// As a key holder: the secret that a bank agreed. The bank's first agreement counts; there is none with one that brings
    /// another, or comes when the session's receiving key is erased.
    /// </summary>
    /// <param name="agreement">Signed by the bank.</param>
    /// <param name="key">This key holder's; null once it is erased.</param>
    public SessionSecret? Accept(Member bank, ReadOnlySpan<byte> agreement, SessionReceivingKey? key)
    {
        if (_pairs.TryGetValue(bank.Id, out var known))
        {
            return known.Agreement.AsSpan().SequenceEqual(agreement) ? known.Secret : null;
        }

        if (key is null || !SessionSecret.TryAccept(agreement, bank.Identity, self, key, out SessionSecret? secret))
        {
            return null;
        }

        _pairs.Add(bank.Id, (agreement.ToArray(), secret));
        return secret;
    }

    /// <summary>As a bank: what a key holder is sent, its agreement first. Empty for one without a secret.</summary>
    public byte[] SealShare(PartyId holder, ReadOnlySpan<byte> plaintext, EnvelopeContext context)
    {
        if (!_pairs.TryGetValue(holder, out var pair))
        {
            return [];
        }

        using var random = RandomNumberGenerator.Create();
        return SealedShare.Seal(pair.Agreement, pair.Secret, plaintext, context, random);
    }

    /// <summary>
    /// As a bank: a ballot's share for a key holder, its agreement first. Empty for one without a secret.
    /// </summary>
    public byte[] SealBallotShare(Member holder, ReadOnlySpan<byte> share, EnvelopeContext context)
    {
        if (!_pairs.TryGetValue(holder.Id, out var pair))
        {
            return [];
        }

        using var random = RandomNumberGenerator.Create();
        return [.. pair.Agreement, .. pair.Secret.Ballots.Seal(share, holder.Identity, context, random)];
    }

    /// <summary>
    /// As a key holder: what a bank is sent. For one that has agreed nothing yet it is sealed under a secret that waits for it.
    /// </summary>
    public byte[] SealSum(Member bank, ReadOnlySpan<byte> plaintext, EnvelopeContext context)
    {
        using var random = RandomNumberGenerator.Create();
        if (With(bank.Id) is { } agreed)
        {
            return agreed.Seal(plaintext, context, random);
        }

        if (!_late.TryGetValue(bank.Id, out SessionSecret? late))
        {
            _late.Add(bank.Id, late = SessionSecret.Draw(bank.Identity, self, random));
            late.AdvanceTo(context.Round);
            IsLateChanged = true;
        }

        using SessionSecret copy = late.Copy();
        return copy.Seal(plaintext, context, random);
    }

    /// <summary>
    /// As a key holder: what opens the sums that a bank was sent before it agreed; null when there are none.
    /// </summary>
    public LateSumsSealed? SealLate(PartyId bank, ConsortiumDigest consortium, SessionId session)
    {
        if (With(bank) is not { } agreed || !_late.TryGetValue(bank, out SessionSecret? late))
        {
            return null;
        }

        using var random = RandomNumberGenerator.Create();
        byte[] state = GC.AllocateArray<byte>(SessionSecret.StateLength, pinned: true);
        late.CopyState(state);
        try
        {
            return new LateSumsSealed
            {
                Consortium = consortium,
                Session = session,
                Bank = bank,
                Round = agreed.Round,
                Sealed = agreed.Seal(state, LateSumsSealed.Context(consortium, session, agreed.Round, self), random),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(state);
        }
    }

    /// <summary>As a key holder: a bank that sent an update opened all sums before, whatever they were sealed under.</summary>
    public void DropLate(PartyId bank)
    {
        if (_late.Remove(bank, out SessionSecret? late))
        {
            late.Dispose();
            IsLateChanged = true;
        }
    }

    /// <summary>As a bank: takes what a key holder sealed; false when it does not open. The first counts.</summary>
    public bool TryTakeLate(Member holder, LateSumsSealed sealedLate)
    {
        // Without moving the agreed secret forward: sums that come may be of rounds before.
        using SessionSecret? agreed = With(holder.Id)?.Copy();
        EnvelopeContext context = LateSumsSealed.Context(
            sealedLate.Consortium, sealedLate.Session, sealedLate.Round, holder.Identity);
        if (_late.ContainsKey(holder.Id) || agreed?.TryOpen(sealedLate.Sealed.Span, context, out byte[]? state) != true)
        {
            return false;
        }

        try
        {
            _late.Add(holder.Id, SessionSecret.Restore(self, holder.Identity, state));
            IsLateChanged = true;
            return true;
        }
        catch (ArgumentException)
        {
            return false; // sealed by a key holder, and no secret
        }
        finally
        {
            CryptographicOperations.ZeroMemory(state);
        }
    }

    /// <summary>As a bank: opens a share-sum.</summary>
    public bool TryOpenSum(
        PartyId holder, ReadOnlySpan<byte> sealedSum, EnvelopeContext context, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        return With(holder)?.TryOpen(sealedSum, context, out plaintext) == true
            || (_late.TryGetValue(holder, out SessionSecret? late) && late.TryOpen(sealedSum, context, out plaintext));
    }

    /// <summary>As a key holder: erases the keys of all rounds before, but for what waits for banks that agreed late.</summary>
    public void AdvanceTo(int round)
    {
        foreach ((_, SessionSecret secret) in _pairs.Values.Where(pair => pair.Secret.Round < round))
        {
            secret.AdvanceTo(round);
        }
    }

    /// <summary>As a bank: erases all keys of rounds before.</summary>
    public void AdvanceAllTo(int round)
    {
        AdvanceTo(round);
        foreach (SessionSecret late in _late.Values.Where(late => late.Round < round))
        {
            late.AdvanceTo(round);
            IsLateChanged = true;
        }
    }

    public void Dispose()
    {
        foreach ((_, SessionSecret secret) in _pairs.Values)
        {
            secret.Dispose();
        }

        foreach (SessionSecret late in _late.Values)
        {
            late.Dispose();
        }
    }

    internal void Restore(Member other, PartyRole own, byte[] agreement, ReadOnlySpan<byte> state, bool isLate)
    {
        SessionSecret secret = own == PartyRole.Participant
            ? SessionSecret.Restore(self, other.Identity, state)
            : SessionSecret.Restore(other.Identity, self, state);
        if (isLate)
        {
            _late.Add(other.Id, secret);
        }
        else
        {
            _pairs.Add(other.Id, (agreement, secret));
            _stored.Add(other.Id, secret.Round);
        }
    }
}
