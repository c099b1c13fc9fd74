using System.Security.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Sampling;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>A vote: what a bank makes, what everybody checks, and what the count takes.</summary>
internal static class BallotFigures
{
    private const int Threshold = 3;
    private const int Holders = 4;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(600);

    public static void Measure(FigureReport report, FigureOptions options)
    {
        _ = options;
        Benchmarks.Measure.PinToOneProcessor();
        byte[] challenge = RandomNumberGenerator.GetBytes(CheckedBallot.ChallengeLength);
        report.Add("ballot_make_ms", Milli(() =>
        {
            using Ballot made = Ballot.Draw(0, Threshold, RandomSource.OperatingSystem);
            for (int holder = 1; holder <= Holders; holder++)
            {
                made.EncodeShare(holder);
            }

            made.Prove(challenge);
        }), $"{Threshold} of {Holders} key holders: shares and proof, without envelopes");

        using Ballot ballot = Ballot.Draw(0, Threshold, RandomSource.OperatingSystem);
        byte[] proof = ballot.Prove(challenge), share = ballot.EncodeShare(1);
        CheckedBallot found = Check(challenge, proof);
        report.Add("ballot_check_ms", Milli(() => Check(challenge, proof)), "what everybody can do");
        report.Add("ballot_share_check_ms", Milli(() => Decode(found, share).Dispose()), "what a key holder does besides");
        report.Add("ballot_public_bytes", proof.Length);
        report.Add("ballot_share_bytes", share.Length, "sealed to each key holder");

        foreach (int banks in (int[])[12, 256])
        {
            var count = new BallotCount(Threshold);
            BallotShareSum[] sums = [.. Enumerable.Range(1, Holders).Select(holder => new BallotShareSum(holder))];
            for (int bank = 0; bank < banks; bank++)
            {
                count.Add(found);
                foreach (BallotShareSum sum in sums)
                {
                    using BallotShare one = Decode(found, ballot.EncodeShare(sum.Holder), sum.Holder);
                    sum.Add(one);
                }
            }

            report.Add(
                $"ballot_count_ms_{banks}",
                Milli(() =>
                {
                    if (!sums.All(count.Fits) || count.Open(sums)[0] != banks)
                    {
                        throw new InvalidOperationException("What is measured does not work.");
                    }
                }),
                "four share-sums checked and opened, without the ballots' checks");
        }
    }

    private static double Milli(Action action) => Benchmarks.Measure.MedianSeconds(action, Budget) * 1e3;

    private static CheckedBallot Check(byte[] challenge, byte[] proof) =>
        CheckedBallot.TryCheck(Threshold, challenge, proof, out CheckedBallot? ballot, out string? problem)
            ? ballot
            : throw new InvalidOperationException(problem);

    private static BallotShare Decode(CheckedBallot ballot, byte[] bytes, int holder = 1) =>
        BallotShare.TryDecode(holder, ballot, bytes, out BallotShare? share)
            ? share
            : throw new InvalidOperationException("What is measured does not work.");
}
