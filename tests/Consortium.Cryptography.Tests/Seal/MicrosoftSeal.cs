using System.Diagnostics;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>The real Microsoft SEAL, in a Node.js process per question: files in, files out, in SEAL's own format.</summary>
internal static class MicrosoftSeal
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Asks seal.mjs one question and returns the files that it left, by name.</summary>
    public static Dictionary<string, byte[]> Ask(string command, Dictionary<string, byte[]> inputs, string? scheme = null)
    {
        string scripts = Path.Combine(RepositoryRoot(), "tests", "node");
        if (!Directory.Exists(Path.Combine(scripts, "node_modules", "node-seal")))
        {
            throw new InvalidOperationException(
                "Microsoft SEAL is not installed under tests/node: run `bash tests/run.sh`, which sets it up.");
        }

        string folder = Directory.CreateTempSubdirectory("consortium-seal-").FullName;
        try
        {
            foreach ((string name, byte[] bytes) in inputs)
            {
                File.WriteAllBytes(Path.Combine(folder, name), bytes);
            }

            string[] arguments = [Path.Combine(scripts, "seal.mjs"), command, folder, .. scheme is null ? [] : new[] { scheme }];
            using Process node = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardError = true })!;
            Task<string> errors = node.StandardError.ReadToEndAsync();
            if (!node.WaitForExit(Limit))
            {
                node.Kill();
                throw new TimeoutException($"SEAL did not answer '{command}' within {Limit}.");
            }

            return node.ExitCode == 0
                ? Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes)
                : throw new InvalidOperationException(
                    $"SEAL failed at '{command}': {LastLines(errors.GetAwaiter().GetResult())}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static byte[] Bytes<T>(T value)
        where T : ISealObject<T>
    {
        byte[] bytes = new byte[value.ByteLength];
        value.Write(bytes);
        return bytes;
    }

    // An uncaught error prints the library's minified source line, which is a megabyte; what matters comes after it.
    private static string LastLines(string text) => text.Length <= 1500 ? text : text[^1500..];

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Consortium.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Consortium.sln was not found above the tests' folder.");
    }
}
