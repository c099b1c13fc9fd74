using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Tests.Ring;

public sealed class PolynomialTests
{
    [Fact]
    public void Forward_ThenInverse_RestoresThePolynomialAndEmptiesTheArguments()
    {
        uint[] words = Seeded.Words(5, RnsBasis.WordCount, 133963777);
        Polynomial<Coefficients> coefficients = Polynomial<Coefficients>.FromWords(words);

        Polynomial<Ntt> transformed = NumberTheoreticTransform.Forward(coefficients);
        using Polynomial<Coefficients> restored = NumberTheoreticTransform.Inverse(transformed);

        Assert.Equal(words, restored.Words.ToArray());
        Assert.Throws<ObjectDisposedException>(() => coefficients.Residues(0).Length);
        Assert.Throws<ObjectDisposedException>(() => transformed.Residues(0).Length);
    }

    [Fact]
    public void FromWords_WordNotBelowItsPrime_NamesTheWord()
    {
        uint[] words = new uint[RnsBasis.WordCount];
        words[5000] = RnsBasis.Moduli[1].Value;

        ArgumentException rejection = Assert.Throws<ArgumentException>(() => Polynomial<Ntt>.FromWords(words));

        Assert.Contains("Word 5000", rejection.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Polynomial<Ntt>.FromWords(words.AsSpan(1)));
    }

    [Fact]
    public void Add_ResiduesNearThePrimes_StayCanonical()
    {
        uint[] words = new uint[RnsBasis.WordCount];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = RnsBasis.Moduli[i / RnsBasis.Degree].Value - 1;
        }

        using Polynomial<Ntt> sum = Polynomial<Ntt>.FromWords(words);
        sum.Add(sum);

        for (int i = 0; i < words.Length; i++)
        {
            Assert.Equal(words[i] - 1, sum.Words[i]);
        }
    }

    [Fact]
    public void Dispose_WordsSeenThroughTheBuffer_AreZero()
    {
        Polynomial<Ntt> polynomial = Polynomial<Ntt>.FromWords(Seeded.Words(6, RnsBasis.WordCount, 133963777));
        ReadOnlySpan<uint> buffer = polynomial.Words;

        polynomial.Dispose();

        Assert.False(buffer.ContainsAnyExcept(0u));
        Assert.Throws<ObjectDisposedException>(() => polynomial.Words.Length);
        Assert.Equal("Polynomial<Ntt>(redacted)", polynomial.ToString());
    }
}
