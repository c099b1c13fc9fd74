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

    [Fact]
    public void Switch_EveryCoefficient_IsTheNearestWholeNumber()
    {
        uint[] words = [.. Enumerable.Range(0, 3).SelectMany(
            prime => Seeded.Words(prime, RnsBasis.Degree, RnsBasis.Moduli[prime].Value))];
        (words[0], words[RnsBasis.Degree], words[2 * RnsBasis.Degree]) = (0, 0, 0);
        for (int prime = 0; prime < 3; prime++)
        {
            words[(prime * RnsBasis.Degree) + 1] = RnsBasis.Moduli[prime].Value - 1;
        }

        uint[] switched = new uint[RnsBasis.Degree];
        ModulusSwitch.Switch(words, 23, switched);

        BigInteger modulus = 1 << 23;
        Assert.Equal(
            BigRing.Join(words).Select(value => (uint)((((2 * value * modulus) + BigRing.Q) / (2 * BigRing.Q)) % modulus)),
            switched);
        Assert.Equal((0u, 0u), (switched[0], switched[1]));
    }

    [Theory]
    [InlineData(23, 4097)]
    [InlineData(24, 4100)]
    public void BitPacking_Words_ComeBack(int bits, int count)
    {
        uint[] words = Seeded.Words(bits, count, 1u << bits), read = new uint[count];
        byte[] packed = new byte[((count * bits) + 7) / 8];

        BitPacking.Pack(words, bits, packed);

        Assert.True(BitPacking.Unpack(packed, bits, read));
        Assert.Equal(words, read);
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
