using System.Text;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>What SEAL saves, byte for byte, and what our types say of it.</summary>
public sealed class SealFormatTests
{
    [Theory]
    [InlineData("bfv", SealScheme.Bfv)]
    [InlineData("ckks", SealScheme.Ckks)]
    [InlineData("bgv", SealScheme.Bgv)]
    public void Write_EveryObjectThatSealSaved_GivesItsBytesAgain(string name, SealScheme scheme)
    {
        Dictionary<string, byte[]> saved = MicrosoftSeal.Ask("samples", [], name);

        SealParameters parameters = RoundTrip<SealParameters>(saved["parameters.bin"]);
        Assert.Equal(scheme, parameters.Scheme);
        Assert.Equal(4096, parameters.Degree);
        Assert.Equal(3, parameters.Primes.Length);

        SealCiphertext ciphertext = RoundTrip<SealCiphertext>(saved["ciphertext.bin"]);
        ciphertext.ThrowIfNotOf(parameters.AtDataLevel());
        Assert.Equal(scheme != SealScheme.Bfv, ciphertext.IsTransformed);
        Assert.Equal((2, 2, 4096), (ciphertext.Polynomials, ciphertext.Primes, ciphertext.Degree));

        RoundTrip<SealCiphertext>(saved["public-key.bin"]).ThrowIfNotOf(parameters);

        SealPlaintext plaintext = RoundTrip<SealPlaintext>(saved["plaintext.bin"]);
        Assert.Equal(scheme == SealScheme.Ckks ? parameters.AtDataLevel().Id : default, plaintext.ParametersId);

        using SealSecretKey key = RoundTrip<SealSecretKey>(saved["secret-key.bin"]);
        Assert.Equal(parameters.Id, key.ParametersId);
        Assert.Equal(3 * 4096, key.Words.Length);

        // SEAL also saves a ciphertext short, with a seed in place of its second polynomial. Expanding it is left to SEAL.
        var rejected = Assert.Throws<MalformedDataException>(() => SealCiphertext.Read(saved["seeded.bin"], SealLimits.Default));
        Assert.Contains("seeded", rejected.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SealScheme.Ckks, 0)]
    [InlineData(SealScheme.Bfv, 1032193)]
    [InlineData(SealScheme.Bgv, 1032193)]
    public void Id_OfParametersThatWeWrote_IsWhatSealComputes(SealScheme scheme, ulong plainModulus)
    {
        var parameters = new SealParameters(
            scheme, 4096, [134176769, 134111233, 134012929, 133963777, 133881857], plainModulus);
        Dictionary<string, byte[]> answer = MicrosoftSeal.Ask(
            "parameters", new() { ["parameters.bin"] = MicrosoftSeal.Bytes(parameters) });

        Assert.Equal(MicrosoftSeal.Bytes(parameters), answer["saved.bin"]);
        Assert.Equal($"{parameters.Id}\n{parameters.AtDataLevel().Id}\n", Encoding.UTF8.GetString(answer["ids.txt"]));
    }

    [Fact]
    public void Write_Parameters_KnownBytes() => Assert.Equal(
        "5EA11004010000006900000000000000" + "02" + "0800000000000000" + "0200000000000000"
        + "5EA11004010000001800000000000000" + "6100000000000000"
        + "5EA11004010000001800000000000000" + "7100000000000000"
        + "5EA11004010000001800000000000000" + "0000000000000000",
        Convert.ToHexString(MicrosoftSeal.Bytes(SealSamples.Parameters)));

    [Fact]
    public void StreamRead_ObjectsOneAfterAnother_LeavesTheStreamBetweenThem()
    {
        using var stream = new MemoryStream();
        SealStream.Write(stream, SealSamples.Parameters);
        SealStream.Write(stream, SealSamples.Ciphertext);
        stream.Position = 0;

        Assert.Equal(SealSamples.Parameters.Id, SealStream.Read<SealParameters>(stream, SealLimits.Default).Id);
        Assert.Equal(SealSamples.Ciphertext.Words, SealStream.Read<SealCiphertext>(stream, SealLimits.Default).Words);
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void Dispose_SecretKey_ZeroesTheWordsAndRejectsThem()
    {
        SealSecretKey key = SealSamples.SecretKey();
        ReadOnlySpan<ulong> words = key.Words;
        Assert.True(words.ContainsAnyExcept(0UL));
        Assert.Equal("SealSecretKey(redacted)", key.ToString());

        key.Dispose();

        Assert.False(words.ContainsAnyExcept(0UL));
        Assert.Throws<ObjectDisposedException>(() => key.Words.Length);
    }

    private static T RoundTrip<T>(byte[] saved)
        where T : ISealObject<T>
    {
        T value = T.Read(saved, SealLimits.Default);
        Assert.Equal(saved, MicrosoftSeal.Bytes(value));
        return value;
    }
}
