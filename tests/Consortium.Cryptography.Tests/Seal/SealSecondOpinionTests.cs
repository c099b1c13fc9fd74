using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>The real SEAL adds, opens and makes our ciphertexts, and every word is the one we compute.</summary>
public sealed class SealSecondOpinionTests(SealCohort cohort) : IClassFixture<SealCohort>
{
    /// <summary>SEAL's noise is the difference of two counts over 21 bits.</summary>
    private const int LargestSealNoise = 21;

    [Fact]
    public void Add_OurChunks_SealsSumIsOursWordForWord()
    {
        using var publicSum = new Polynomial<Ntt>();
        Dictionary<string, byte[]> inputs = Inputs();
        foreach (Polynomial<Ntt> chunk in cohort.Chunks)
        {
            inputs[$"ciphertext-{inputs.Count}.bin"] = MicrosoftSeal.Bytes(SealRing.ToCiphertext(chunk, cohort.PublicPolynomial));
            publicSum.Add(cohort.PublicPolynomial);
        }

        byte[] sealSum = MicrosoftSeal.Ask("add", inputs)["sum.bin"];

        Assert.Equal(MicrosoftSeal.Bytes(SealRing.ToCiphertext(cohort.Sum, publicSum)), sealSum);
    }

    [Fact]
    public void Decrypt_SealsSumWithOurKeySum_IsOurPhaseAndOpensToTheSums()
    {
        // Our keys add up while the public polynomial stays: for SEAL, all but the first ciphertext have zero in its place.
        using var zero = new Polynomial<Ntt>();
        Dictionary<string, byte[]> inputs = Inputs();
        foreach (Polynomial<Ntt> chunk in cohort.Chunks)
        {
            Polynomial<Ntt> publicPolynomial = chunk == cohort.Chunks[0] ? cohort.PublicPolynomial : zero;
            inputs[$"ciphertext-{inputs.Count}.bin"] = MicrosoftSeal.Bytes(SealRing.ToCiphertext(chunk, publicPolynomial));
        }

        byte[] sealSum = MicrosoftSeal.Ask("add", inputs)["sum.bin"];
        Assert.Equal(MicrosoftSeal.Bytes(SealRing.ToCiphertext(cohort.Sum, cohort.PublicPolynomial)), sealSum);

        using SealSecretKey key = SealRing.ToSecretKey(cohort.KeySum);
        Polynomial<Ntt> sealPhase = Decrypt(key, sealSum);
        using Polynomial<Ntt> keySum = KeyOperand.Transform(cohort.KeySum.Coefficients),
            phase = Phase(cohort.Sum, cohort.PublicPolynomial, keySum);
        Assert.Equal(phase.Words, sealPhase.Words);

        using Polynomial<Coefficients> coefficients = NumberTheoreticTransform.Inverse(sealPhase);
        ulong[] sealSums = new ulong[cohort.Sums.Length], ourSums = new ulong[cohort.Sums.Length];
        new ChunkDecoder(cohort.Layout).Decode(coefficients.Words, sealSums, new int[RnsBasis.Degree], InstructionSets.Best);
        using var opener = new Opener(cohort.KeySum, cohort.Layout, cohort.Seed);
        Assert.IsType<ChunkOpening.Opened>(opener.Open(cohort.SumChunk, 0, ourSums));
        Assert.Equal(cohort.Sums, sealSums);
        Assert.Equal(cohort.Sums, ourSums);
    }

    [Fact]
    public void Decrypt_OneChunkUnderItsKey_IsOurPhaseWordForWord()
    {
        using SealSecretKey key = SealRing.ToSecretKey(cohort.Keys[0]);
        byte[] ciphertext = MicrosoftSeal.Bytes(SealRing.ToCiphertext(cohort.Chunks[0], cohort.PublicPolynomial));

        using Polynomial<Ntt> sealPhase = Decrypt(key, ciphertext);

        using Polynomial<Ntt> transform = KeyOperand.Transform(cohort.Keys[0].Coefficients),
            phase = Phase(cohort.Chunks[0], cohort.PublicPolynomial, transform);
        Assert.Equal(phase.Words, sealPhase.Words);
    }

    [Fact]
    public void Encrypt_BySealUnderOurKey_OpensInOurs()
    {
        using Polynomial<Ntt> message = Encode(cohort.Sums), key = KeyOperand.Transform(cohort.KeySum.Coefficients);

        Dictionary<string, byte[]> answer = Encrypt(message);

        (Polynomial<Ntt> chunk, Polynomial<Ntt> publicPolynomial) =
            SealRing.FromCiphertext(SealCiphertext.Read(answer["ciphertext.bin"], SealLimits.Default));
        using Polynomial<Ntt> phase = Phase(chunk, publicPolynomial, key);
        using Polynomial<Ntt> decrypted = SealRing.FromPlaintext(SealPlaintext.Read(answer["decrypted.bin"], SealLimits.Default));
        Assert.Equal(decrypted.Words, phase.Words);

        // SEAL drew a public polynomial of its own. Under the round's, the same phase is a chunk that our opener takes.
        byte[] wire = new byte[WireChunk.Size];
        new ChunkHeader(cohort.Layout.Id, 0, SealCohort.Banks).Write(wire);
        using Polynomial<Ntt> zero = new(), mask = Phase(zero, cohort.PublicPolynomial, key), remasked = Subtract(phase, mask);
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            WireChunk.Pack(remasked.Residues(prime), wire, prime, InstructionSets.Best);
        }

        ulong[] sums = new ulong[cohort.Sums.Length];
        using var opener = new Opener(cohort.KeySum, cohort.Layout, cohort.Seed);
        Assert.IsType<ChunkOpening.Opened>(opener.Open(wire, 0, sums));
        Assert.Equal(cohort.Sums, sums);
    }

    [Fact]
    public void ToSecretKey_FifthPrime_IsTheSameKeyToSeal()
    {
        using Polynomial<Ntt> zero = new(), transform = KeyOperand.Transform(cohort.KeySum.Coefficients);
        using SealSecretKey key = SealRing.ToSecretKey(cohort.KeySum);

        // A public key is an encryption of zero at the key level: its phase is the same small noise modulo all five primes.
        SealCiphertext publicKey = SealCiphertext.Read(Encrypt(zero)["public-key.bin"], SealLimits.Default);
        publicKey.ThrowIfNotOf(SealRing.KeyLevel);
        using Polynomial<Ntt> phase = Phase(FirstFourPrimes(publicKey, 0), FirstFourPrimes(publicKey, 1), transform);
        uint[] noise = new uint[RnsBasis.Degree];
        KeyLevelPrime.Transform(SmallCoefficients(phase), noise);

        const int Fifth = RnsBasis.PrimeCount;
        for (int i = 0; i < RnsBasis.Degree; i++)
        {
            ulong product = publicKey.Residues(1, Fifth)[i] * key.Words[(Fifth * RnsBasis.Degree) + i];
            Assert.Equal(noise[i], (publicKey.Residues(0, Fifth)[i] + product) % KeyLevelPrime.Value);
        }
    }

    [Fact]
    public void FromCiphertext_OfOtherParametersOrShape_IsRejected()
    {
        Assert.Throws<MalformedDataException>(() => SealRing.FromCiphertext(SealSamples.Ciphertext));
        var three = new SealCiphertext(SealRing.DataLevel, 3, new ulong[3 * RnsBasis.WordCount]);
        Assert.Throws<MalformedDataException>(() => SealRing.FromCiphertext(three));
        Assert.Throws<MalformedDataException>(() => SealRing.FromPlaintext(SealSamples.Plaintext));

        ulong[] words = new ulong[RnsBasis.WordCount];
        words[RnsBasis.Degree] = RnsBasis.Moduli[1].Value;
        var unreduced = new SealPlaintext(SealRing.DataLevel.Id, words);
        Assert.Contains(
            "below its prime", Assert.Throws<MalformedDataException>(() => SealRing.FromPlaintext(unreduced)).Expected,
            StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> Inputs() => new() { ["parameters.bin"] = MicrosoftSeal.Bytes(SealRing.KeyLevel) };

    private static Polynomial<Ntt> Decrypt(SealSecretKey key, byte[] ciphertext)
    {
        Dictionary<string, byte[]> inputs = Inputs();
        inputs["key.bin"] = MicrosoftSeal.Bytes(key);
        inputs["ciphertext.bin"] = ciphertext;
        return SealRing.FromPlaintext(
            SealPlaintext.Read(MicrosoftSeal.Ask("decrypt", inputs)["plaintext.bin"], SealLimits.Default));
    }

    /// <summary>SEAL's encryption of a message under the cohort's key sum.</summary>
    private Dictionary<string, byte[]> Encrypt(Polynomial<Ntt> message)
    {
        using SealSecretKey key = SealRing.ToSecretKey(cohort.KeySum);
        Dictionary<string, byte[]> inputs = Inputs();
        inputs["key.bin"] = MicrosoftSeal.Bytes(key);
        inputs["plaintext.bin"] = MicrosoftSeal.Bytes(SealRing.ToPlaintext(message));
        return MicrosoftSeal.Ask("encrypt", inputs);
    }

    /// <summary>Delta * sum of v_j * radix^j in every coefficient, transformed.</summary>
    private Polynomial<Ntt> Encode(ulong[] values)
    {
        var message = new Polynomial<Coefficients>();
        for (int i = 0; i < RnsBasis.Degree; i++)
        {
            UInt128 coefficient = 0;
            for (int slot = cohort.Layout.Slots - 1; slot >= 0; slot--)
            {
                coefficient = (coefficient * cohort.Layout.Radix) + values[(slot * RnsBasis.Degree) + i];
            }

            for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
            {
                message.WritableResidues(prime)[i] = RnsBasis.Moduli[prime].Reduce(coefficient * (uint)cohort.Layout.Delta);
            }
        }

        return NumberTheoreticTransform.Forward(message);
    }

    /// <summary>c + a*s, word by word.</summary>
    private static Polynomial<Ntt> Phase(Polynomial<Ntt> chunk, Polynomial<Ntt> publicPolynomial, Polynomial<Ntt> key)
    {
        var phase = new Polynomial<Ntt>();
        for (int i = 0; i < RnsBasis.WordCount; i++)
        {
            Modulus modulus = RnsBasis.Moduli[i / RnsBasis.Degree];
            phase.Words[i] = modulus.Add(chunk.Words[i], modulus.Multiply(publicPolynomial.Words[i], key.Words[i]));
        }

        return phase;
    }

    private static Polynomial<Ntt> Subtract(Polynomial<Ntt> left, Polynomial<Ntt> right)
    {
        var difference = new Polynomial<Ntt>();
        for (int i = 0; i < RnsBasis.WordCount; i++)
        {
            difference.Words[i] = RnsBasis.Moduli[i / RnsBasis.Degree].Subtract(left.Words[i], right.Words[i]);
        }

        return difference;
    }

    private static Polynomial<Ntt> FirstFourPrimes(SealCiphertext atKeyLevel, int polynomial) =>
        Polynomial<Ntt>.FromWords([.. Enumerable.Range(0, RnsBasis.PrimeCount)
            .SelectMany(prime => atKeyLevel.Residues(polynomial, prime).ToArray()).Select(word => (uint)word)]);

    /// <summary>
    /// Coefficients that must be as small as SEAL's noise and the same modulo every prime. The argument is consumed.
    /// </summary>
    private static int[] SmallCoefficients(Polynomial<Ntt> polynomial)
    {
        using Polynomial<Coefficients> residues = NumberTheoreticTransform.Inverse(polynomial);
        int[] small = new int[RnsBasis.Degree];
        for (int i = 0; i < RnsBasis.WordCount; i++)
        {
            int prime = i / RnsBasis.Degree, coefficient = i % RnsBasis.Degree, modulus = (int)RnsBasis.Moduli[prime].Value;
            int centred = (int)residues.Words[i] > modulus / 2 ? (int)residues.Words[i] - modulus : (int)residues.Words[i];
            Assert.InRange(centred, -LargestSealNoise, LargestSealNoise);
            Assert.True(prime == 0 || small[coefficient] == centred, $"Coefficient {coefficient} differs between primes.");
            small[coefficient] = centred;
        }

        Assert.Contains(small, value => value != 0);
        return small;
    }
}
