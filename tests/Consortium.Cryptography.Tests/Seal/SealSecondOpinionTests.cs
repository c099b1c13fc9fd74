using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Seal;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>The real SEAL computes what we compute, over our ring, and every word is the same.</summary>
public sealed class SealSecondOpinionTests
{
    /// <summary>SEAL's noise is the difference of two counts over 21 bits.</summary>
    private const int LargestSealNoise = 21;

    [Fact]
    public void Add_Ciphertexts_SealAndWeAgreeWordForWord()
    {
        var random = new SplitMix(1);
        using Polynomial<Ntt> sum = random.Polynomial(), publicSum = random.Polynomial();
        Dictionary<string, byte[]> inputs = Inputs();
        inputs["ciphertext-0.bin"] = MicrosoftSeal.Bytes(SealRing.ToCiphertext(sum, publicSum));
        for (int i = 1; i < 5; i++)
        {
            using Polynomial<Ntt> chunk = random.Polynomial(), publicPolynomial = random.Polynomial();
            inputs[$"ciphertext-{i}.bin"] = MicrosoftSeal.Bytes(SealRing.ToCiphertext(chunk, publicPolynomial));
            sum.Add(chunk);
            publicSum.Add(publicPolynomial);
        }

        byte[] sealSum = MicrosoftSeal.Ask("add", inputs)["sum.bin"];

        Assert.Equal(MicrosoftSeal.Bytes(SealRing.ToCiphertext(sum, publicSum)), sealSum);
    }

    [Fact]
    public void Decrypt_CiphertextUnderOurKey_SealAndWeAgreeWordForWord()
    {
        var random = new SplitMix(2);
        int[] key = random.Key();
        using Polynomial<Ntt> chunk = random.Polynomial(), publicPolynomial = random.Polynomial(), transform = Transform(key);
        Dictionary<string, byte[]> inputs = Inputs(key);
        inputs["ciphertext.bin"] = MicrosoftSeal.Bytes(SealRing.ToCiphertext(chunk, publicPolynomial));

        byte[] plaintext = MicrosoftSeal.Ask("decrypt", inputs)["plaintext.bin"];

        using Polynomial<Ntt> phase = Phase(chunk, publicPolynomial, transform);
        Assert.Equal(MicrosoftSeal.Bytes(SealRing.ToPlaintext(phase)), plaintext);
    }

    [Fact]
    public void Encrypt_BySealUnderOurKey_OpensInOurs()
    {
        var random = new SplitMix(3);
        int[] key = random.Key();
        using Polynomial<Ntt> message = random.Polynomial(), transform = Transform(key);
        Dictionary<string, byte[]> inputs = Inputs(key);
        inputs["plaintext.bin"] = MicrosoftSeal.Bytes(SealRing.ToPlaintext(message));

        Dictionary<string, byte[]> answer = MicrosoftSeal.Ask("encrypt", inputs);

        (Polynomial<Ntt> chunk, Polynomial<Ntt> publicPolynomial) =
            SealRing.FromCiphertext(SealCiphertext.Read(answer["ciphertext.bin"], SealLimits.Default));
        using Polynomial<Ntt> phase = Phase(chunk, publicPolynomial, transform);
        using Polynomial<Ntt> decrypted = SealRing.FromPlaintext(SealPlaintext.Read(answer["decrypted.bin"], SealLimits.Default));
        Assert.Equal(decrypted.Words, phase.Words);
        Noise(phase, message);
    }

    [Fact]
    public void ToSecretKey_FifthPrime_IsTheSameKeyToSeal()
    {
        var random = new SplitMix(4);
        int[] key = random.Key();
        using Polynomial<Ntt> transform = Transform(key), message = random.Polynomial();
        Dictionary<string, byte[]> inputs = Inputs(key);
        inputs["plaintext.bin"] = MicrosoftSeal.Bytes(SealRing.ToPlaintext(message));

        // A public key is an encryption of zero at the key level: its phase is the same small noise modulo all five primes.
        SealCiphertext publicKey = SealCiphertext.Read(MicrosoftSeal.Ask("encrypt", inputs)["public-key.bin"], SealLimits.Default);
        publicKey.ThrowIfNotOf(SealRing.KeyLevel);
        using Polynomial<Ntt> zero = new(), phase = Phase(FirstFourPrimes(publicKey, 0), FirstFourPrimes(publicKey, 1), transform);
        uint[] keyWords = new uint[RnsBasis.Degree], noiseWords = new uint[RnsBasis.Degree];
        KeyLevelPrime.Transform(key, keyWords);
        KeyLevelPrime.Transform(Noise(phase, zero), noiseWords);

        const int Fifth = RnsBasis.PrimeCount;
        for (int i = 0; i < RnsBasis.Degree; i++)
        {
            ulong word = (publicKey.Residues(0, Fifth)[i] + (publicKey.Residues(1, Fifth)[i] * keyWords[i])) % KeyLevelPrime.Value;
            Assert.Equal(noiseWords[i], word);
        }
    }

    [Fact]
    public void FromCiphertext_OfOtherParametersOrShape_IsRefused()
    {
        Assert.Throws<MalformedDataException>(() => SealRing.FromCiphertext(SealSamples.Ciphertext));
        var three = new SealCiphertext(SealRing.DataLevel, 3, new ulong[3 * RnsBasis.WordCount]);
        Assert.Throws<MalformedDataException>(() => SealRing.FromCiphertext(three));
        Assert.Throws<MalformedDataException>(() => SealRing.FromPlaintext(SealSamples.Plaintext));

        ulong[] words = new ulong[RnsBasis.WordCount];
        words[RnsBasis.Degree] = RnsBasis.Moduli[1].Value;
        var unreduced = new SealPlaintext(SealRing.DataLevel.Id, words);
        Assert.Contains(
            "below its prime", Assert.Throws<MalformedDataException>(() => SealRing.FromPlaintext(unreduced)).Expected, StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> Inputs() => new() { ["parameters.bin"] = MicrosoftSeal.Bytes(SealRing.KeyLevel) };

    private static Dictionary<string, byte[]> Inputs(int[] key)
    {
        using Polynomial<Ntt> transform = Transform(key);
        using SealSecretKey sealKey = SealRing.ToSecretKey(transform, key);
        Dictionary<string, byte[]> inputs = Inputs();
        inputs["key.bin"] = MicrosoftSeal.Bytes(sealKey);
        return inputs;
    }

    private static Polynomial<Ntt> FirstFourPrimes(SealCiphertext atKeyLevel, int polynomial) =>
        Polynomial<Ntt>.FromWords([.. Enumerable.Range(0, RnsBasis.PrimeCount)
            .SelectMany(prime => atKeyLevel.Residues(polynomial, prime).ToArray()).Select(word => (uint)word)]);

    private static Polynomial<Ntt> Transform(ReadOnlySpan<int> coefficients)
    {
        var polynomial = new Polynomial<Coefficients>();
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            for (int i = 0; i < RnsBasis.Degree; i++)
            {
                polynomial.WritableResidues(prime)[i] = RnsBasis.Moduli[prime].Reduce((long)coefficients[i]);
            }
        }

        return NumberTheoreticTransform.Forward(polynomial);
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

    /// <summary>The coefficients of left - right, which must be as small as SEAL's noise and the same modulo every prime.</summary>
    private static int[] Noise(Polynomial<Ntt> left, Polynomial<Ntt> right)
    {
        var difference = new Polynomial<Ntt>();
        for (int i = 0; i < RnsBasis.WordCount; i++)
        {
            difference.Words[i] = RnsBasis.Moduli[i / RnsBasis.Degree].Subtract(left.Words[i], right.Words[i]);
        }

        using Polynomial<Coefficients> residues = NumberTheoreticTransform.Inverse(difference);
        int[] noise = new int[RnsBasis.Degree];
        for (int i = 0; i < RnsBasis.WordCount; i++)
        {
            int prime = i / RnsBasis.Degree, coefficient = i % RnsBasis.Degree, modulus = (int)RnsBasis.Moduli[prime].Value;
            int centred = (int)residues.Words[i] > modulus / 2 ? (int)residues.Words[i] - modulus : (int)residues.Words[i];
            Assert.InRange(centred, -LargestSealNoise, LargestSealNoise);
            Assert.True(prime == 0 || noise[coefficient] == centred, $"Noise {coefficient} differs between primes.");
            noise[coefficient] = centred;
        }

        Assert.Contains(noise, value => value != 0);
        return noise;
    }
}
