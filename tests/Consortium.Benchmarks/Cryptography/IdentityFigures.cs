using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sharing;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>Signatures, envelopes and key shares of the sizes a round uses.</summary>
internal static class IdentityFigures
{
    private const int Coefficients = 4096;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(600);

    public static void Measure(FigureReport report)
    {
        using PrivateIdentity bank = PrivateIdentity.Generate("bank");
        using PrivateIdentity holder = PrivateIdentity.Generate("holder");
        using var random = RandomNumberGenerator.Create();
        var context = new EnvelopeContext
        {
            Consortium = new byte[EnvelopeContext.ConsortiumLength],
            Session = new byte[EnvelopeContext.MinimumSessionLength],
            Round = 1,
            Attempt = 1,
            Sender = bank.Public,
            Purpose = "key share",
        };

        // A different message each time, for the number of ML-DSA's attempts depends on the message.
        byte[] message = RandomNumberGenerator.GetBytes(512);
        uint serial = 0;
        void Next() => BitConverter.TryWriteBytes(message, serial++);
        report.Add("sign_us", Micro(() => { Next(); bank.Sign(message); }));

        byte[] signature = bank.Sign(message);
        report.Add("verify_us", Micro(() => Require(bank.Public.Verify(message, signature))));

        var sharing = new ShamirSharing(threshold: 2, holders: 3);
        short[] key = [.. Enumerable.Range(0, Coefficients).Select(i => (short)((i * 7 % 31) - 15))];
        KeyShare[] shares = sharing.Split(key, random);
        byte[] share = shares[0].Encode();
        report.Add("seal_us", Micro(() => Envelope.Seal(share, holder.Public, context)));

        byte[] envelope = Envelope.Seal(share, holder.Public, context);
        report.Add("open_us", Micro(() => Require(Envelope.TryOpen(envelope, holder, context, out _))));

        using SessionReceivingKey session =
            SessionReceivingKey.Generate(random);
        using SessionSecret sender =
            SessionSecret.Agree(bank.Public, holder.Public, session.Public, random, out byte[] agreement);
        Require(SessionSecret.TryAccept(agreement, bank.Public, holder.Public, session, out SessionSecret? receiver));
        report.Add("session_seal_us", Micro(() => sender.Seal(share, context, random)));
        byte[] sealedShare = sender.Seal(share, context, random);
        report.Add("session_open_us", Micro(() => Require(receiver!.TryOpen(sealedShare, context, out _))));
        receiver!.Dispose();

        report.Add("share_bytes", share.Length);
        report.Add("share_us_3_holders", MicroOfSplit(sharing, key, random));
        report.Add("share_us_255_holders", MicroOfSplit(new ShamirSharing(threshold: 128, holders: 255), key, random));

        byte[] challenge = RandomNumberGenerator.GetBytes(SharingProof.ChallengeLength);
        KeyShare[] masked = sharing.Split([.. key, .. new short[SharingProof.Masks]], random);
        byte[] proof = SharingProof.Create(sharing.Threshold, masked, challenge);
        report.Add("sharing_proof_us", Micro(() => SharingProof.Create(sharing.Threshold, masked, challenge)));
        report.Add("sharing_check_us", Micro(() => Require(SharingProof.Holds(sharing.Threshold, masked[2], challenge, proof))));

        var sum = new ShareSum(1, Coefficients);
        report.Add("share_add_us", Micro(() => sum.Add(share)));
    }

    private static double MicroOfSplit(ShamirSharing sharing, short[] key, RandomNumberGenerator random) => Micro(() =>
    {
        foreach (KeyShare share in sharing.Split(key, random))
        {
            share.Dispose();
        }
    });

    private static double Micro(Action action) => Benchmarks.Measure.MedianSeconds(action, Budget) * 1e6;

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("What is measured does not work.");
        }
    }
}
