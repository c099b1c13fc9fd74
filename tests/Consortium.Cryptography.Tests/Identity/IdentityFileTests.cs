using System.Runtime.Versioning;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Identity;

public sealed class IdentityFileTests(TestIdentities identities) : IClassFixture<TestIdentities>, IDisposable
{
    private const string Passphrase = "correct horse battery staple";

    private readonly PrivateIdentity _bank = identities.Bank;
    private readonly string _folder = Directory.CreateTempSubdirectory("consortium-identity-").FullName;

    private string FilePath => Path.Combine(_folder, "bank.identity");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_RightPassphrase_GivesTheSameIdentity()
    {
        IdentityFile.Save(FilePath, _bank, Passphrase);
        using PrivateIdentity loaded = IdentityFile.Load(FilePath, Passphrase);

        Assert.Equal(_bank.Public, loaded.Public);
        Assert.Equal(_bank.Sign([1, 2, 3]), loaded.Sign([1, 2, 3]));
        Assert.Equal(["bank.identity"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Load_WrongPassphrase_SaysSo()
    {
        IdentityFile.Save(FilePath, _bank, Passphrase);
        var rejection = Assert.Throws<WrongPassphraseException>(() => IdentityFile.Load(FilePath, Passphrase + "r"));
        Assert.Contains(FilePath, rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ShortPassphrase_IsRejectedAndWritesNothing()
    {
        Assert.Throws<ArgumentException>(() => IdentityFile.Save(FilePath, _bank, "elevenchars"));
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void Save_FileThatExists_IsRejectedAndKept()
    {
        File.WriteAllText(FilePath, "something dear");
        Assert.Throws<IOException>(() => IdentityFile.Save(FilePath, _bank, Passphrase));
        Assert.Equal("something dear", File.ReadAllText(FilePath));
        Assert.Single(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Save_OnUnix_IsTheOwnersAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        IdentityFile.SavePlaintextForDemonstration(FilePath, _bank);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public void Load_FileThatOthersReach_NamesTheFix(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        IdentityFile.SavePlaintextForDemonstration(FilePath, _bank);
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        var rejection = Assert.Throws<ExposedKeyFileException>(() => IdentityFile.LoadPlaintextForDemonstration(FilePath));
        Assert.Contains("chmod 600", rejection.Message, StringComparison.Ordinal);
        Assert.Throws<ExposedKeyFileException>(() => IdentityFile.Load(FilePath, Passphrase));
    }

    [Fact]
    public void LoadPlaintext_OfSavedPlaintext_GivesTheSameIdentity()
    {
        IdentityFile.SavePlaintextForDemonstration(FilePath, _bank);
        using PrivateIdentity loaded = IdentityFile.LoadPlaintextForDemonstration(FilePath);
        Assert.Equal(_bank.Public, loaded.Public);
    }

    [Fact]
    public void Load_FileOfTheOtherProtection_IsRejected()
    {
        IdentityFile.SavePlaintextForDemonstration(FilePath, _bank);
        var rejection = Assert.Throws<MalformedDataException>(() => IdentityFile.Load(FilePath, Passphrase));
        Assert.Equal("protection 0", rejection.Found);

        byte[] sealedFile = Sealed();
        rejection = Assert.Throws<MalformedDataException>(() => IdentityFileFormat.DecodePlaintext(sealedFile));
        Assert.Equal("protection 1", rejection.Found);
    }

    [Fact]
    public void Load_FileTooLong_IsRejectedBeforeItIsRead()
    {
        IdentityFile.SavePlaintextForDemonstration(FilePath, _bank);
        using (FileStream file = File.OpenWrite(FilePath))
        {
            file.SetLength(1L << 32);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MalformedDataException>(() => IdentityFile.LoadPlaintextForDemonstration(FilePath));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Theory]
    [InlineData(1024 * 1024 + 1, 1)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(-1, 1)]
    [InlineData(7, 1)]
    [InlineData(8, 0)]
    [InlineData(8, 9)]
    public void Open_CostBeyondBounds_IsRejectedBeforeItIsPaid(int memoryKiB, int passes)
    {
        byte[] file = Sealed();
        BitConverter.TryWriteBytes(file.AsSpan(IdentityFileFormat.CostOffset), memoryKiB);
        BitConverter.TryWriteBytes(file.AsSpan(IdentityFileFormat.CostOffset + 4), passes);

        var rejection = Assert.Throws<MalformedDataException>(
            () => IdentityFileFormat.Open(file, Passphrase, PassphraseCost.Largest));
        Assert.Equal(IdentityFileFormat.CostOffset, rejection.Offset);
    }

    [Fact]
    public void Open_AnyOneBitFlipped_IsRejected()
    {
        byte[] file = Sealed();
        byte[] plaintext = IdentityFileFormat.EncodePlaintext(_bank);
        AssertEveryFlipIsRejected(file, flipped => IdentityFileFormat.Open(flipped, Passphrase, new PassphraseCost(1024, 4)));
        AssertEveryFlipIsRejected(plaintext, flipped => IdentityFileFormat.DecodePlaintext(flipped));
    }

    [Fact]
    public void Open_MutatedInputs_GiveMalformedDataOrNothing()
    {
        byte[] valid = Sealed();
        int taken = Fuzz.Run(
            "identity file",
            Fuzz.Inputs,
            random => Fuzz.Mutate(valid, random, random.Next(4) == 0 ? ..16 : ..),
            boundBytes: 8 * 1024,
            input => IdentityFileFormat.Open(input, Passphrase, PassphraseCost.Least) is not null);
        Assert.Equal(0, taken);
    }

    [Fact]
    public void DecodePlaintext_MutatedInputs_GiveMalformedData()
    {
        byte[] valid = IdentityFileFormat.EncodePlaintext(_bank);
        int taken = Fuzz.Run(
            "plaintext identity file",
            Fuzz.Inputs,
            random => Fuzz.Mutate(valid, random, ..),
            boundBytes: 8 * 1024,
            input => IdentityFileFormat.DecodePlaintext(input) is not null);
        Assert.Equal(0, taken);
    }

    private byte[] Sealed()
    {
        using var random = new SeededRandom("identity file");
        return IdentityFileFormat.Seal(_bank, Passphrase, PassphraseCost.Least, random);
    }

    private static void AssertEveryFlipIsRejected(byte[] file, Func<byte[], PrivateIdentity?> open)
    {
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] flipped = (byte[])file.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.Null(open(flipped));
            }
            catch (MalformedDataException)
            {
            }
        }
    }
}
