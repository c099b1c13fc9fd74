using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// A private identity at rest: a small file that only its owner can reach, under a passphrase. Writing goes to a temporary file
/// beside it, to the disk, and then by one rename to its name, and never replaces a file that is there.
/// </summary>
public static class IdentityFile
{
    /// <summary>The fewest characters <see cref="Save"/> takes for a passphrase.</summary>
    public const int MinimumPassphraseLength = 12;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes <paramref name="identity"/> under a passphrase.</summary>
    /// <exception cref="ArgumentException">The passphrase is too short.</exception>
    /// <exception cref="IOException">The file exists, or can't be written.</exception>
    public static void Save(string path, PrivateIdentity identity, ReadOnlySpan<char> passphrase)
    {
        if (passphrase.Length < MinimumPassphraseLength)
        {
            throw new ArgumentException(
                $"A passphrase of {passphrase.Length} characters is too short; give at least {MinimumPassphraseLength}.",
                nameof(passphrase));
        }

        using var random = RandomNumberGenerator.Create();
        byte[] sealedIdentity = IdentityFileFormat.Seal(identity, passphrase, PassphraseCost.Default, random);
        Write(path, sealedIdentity);
    }

    /// <summary>Reads an identity saved under a passphrase.</summary>
    /// <exception cref="ExposedKeyFileException">Others can reach the file: see <see cref="SecretFileAccess"/>.</exception>
    /// <exception cref="WrongPassphraseException">The passphrase is wrong, or the file was altered.</exception>
    /// <exception cref="MalformedDataException">Not a passphrase-protected identity file.</exception>
    public static PrivateIdentity Load(string path, ReadOnlySpan<char> passphrase) =>
        IdentityFileFormat.Open(Read(path), passphrase, PassphraseCost.Largest) ?? throw new WrongPassphraseException(path);

    /// <summary>
    /// Writes an identity whose keys anyone who reads the file has. For demonstrations and tests of a consortium on one machine
    /// only.
    /// </summary>
    public static void SavePlaintextForDemonstration(string path, PrivateIdentity identity)
    {
        byte[] plaintext = IdentityFileFormat.EncodePlaintext(identity);
        try
        {
            Write(path, plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads what <see cref="SavePlaintextForDemonstration"/> wrote, and rejects a file under a passphrase.</summary>
    public static PrivateIdentity LoadPlaintextForDemonstration(string path)
    {
        byte[] plaintext = Read(path);
        try
        {
            return IdentityFileFormat.DecodePlaintext(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Checks who can reach the file that is open, so that none is swapped in between, and its length before reading it.
    /// </summary>
    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, BufferSize = 0 });
        if (SecretFileAccess.Objection(file.SafeFileHandle, path) is { } objection)
        {
            throw new ExposedKeyFileException(objection);
        }

        if (file.Length > IdentityFileFormat.MaximumLength)
        {
            throw new MalformedDataException(
                IdentityFileFormat.Subject, 0, $"at most {IdentityFileFormat.MaximumLength} bytes", $"{file.Length} bytes");
        }

        byte[] content = GC.AllocateArray<byte>((int)file.Length, pinned: true);
        file.ReadExactly(content);
        return content;
    }
}
