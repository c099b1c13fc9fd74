using System.Numerics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Scoring;
using Consortium.Cryptography.Tests.Seal;

namespace Consortium.Cryptography.Tests.Scoring;

/// <summary>A reply in whole numbers, and what the real SEAL makes of it before the switch.</summary>
public sealed class ScoringBigIntegerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Score_BeforeTheSwitch_IsDeltaTimesTheScoreWithinTheBounds(int payments)
    {
        using var subject = new ScoringCase("big", ScoringParameters.Fine(2048, payments), 16, InstructionSets.Best);
        byte[] values = subject.Payments();
        int[] expected = subject.Clear(values);

        subject.Scorer.Multiply(subject.Encrypt(values));
        subject.Scorer.AddFreshZero(subject.PublicKey);

        BigInteger[] c0 = BigRing.Join(subject.Scorer.Sums[..ScoringParameters.WordCount]);
        BigInteger[] c1 = BigRing.Join(subject.Scorer.Sums[ScoringParameters.WordCount..]);
        BigInteger delta = BigRing.Q / subject.Parameters.PlainModulus;
        var bound = new BigInteger(subject.Model.WorstNoise + Math.ScaleB(1, subject.Parameters.FloodBits - 1));
        for (int payment = 0; payment < payments; payment++)
        {
            BigInteger noise = BigRing.Phase(c0[payment], c1, subject.Key.Coefficients, payment) - (delta * expected[payment]);
            Assert.InRange(noise, -bound, bound);
        }
    }

    /// <summary>The fourth prime of SEAL's context holds zeros: it is no part of scoring's ring.</summary>
    [Fact]
    public void Decrypt_ByTheRealSeal_IsThePhaseThatHoldsTheScores()
    {
        using var subject = new ScoringCase("seal", ScoringParameters.Fine(800, 4), 30, InstructionSets.Best);
        byte[] values = subject.Payments();
        subject.Scorer.Multiply(subject.Encrypt(values));
        subject.Scorer.AddFreshZero(subject.PublicKey);
        using SealSecretKey key = SealRing.ToSecretKey(subject.Key.Coefficients);
        using Polynomial<Ntt> c0 = Transform(subject.Scorer.Sums[..ScoringParameters.WordCount]),
            c1 = Transform(subject.Scorer.Sums[ScoringParameters.WordCount..]);

        byte[] answer = MicrosoftSeal.Ask("decrypt", new()
        {
            ["parameters.bin"] = MicrosoftSeal.Bytes(SealRing.KeyLevel),
            ["key.bin"] = MicrosoftSeal.Bytes(key),
            ["ciphertext.bin"] = MicrosoftSeal.Bytes(SealRing.ToCiphertext(c0, c1)),
        })["plaintext.bin"];

        using Polynomial<Coefficients> phase = NumberTheoreticTransform.Inverse(
            SealRing.FromPlaintext(SealPlaintext.Read(answer, SealLimits.Default)));
        BigInteger t = subject.Parameters.PlainModulus;
        IEnumerable<int> scores = BigRing.Join(phase.Words[..ScoringParameters.WordCount]).Take(4)
            .Select(value => (int)(((2 * value * t) + BigRing.Q) / (2 * BigRing.Q) % t))
            .Select(score => score > t / 2 ? score - (int)t : score);
        Assert.Equal(subject.Clear(values), scores);
    }

    private static Polynomial<Ntt> Transform(ReadOnlySpan<uint> words)
    {
        var polynomial = new Polynomial<Coefficients>();
        words.CopyTo(polynomial.Words);
        return NumberTheoreticTransform.Forward(polynomial);
    }
}
