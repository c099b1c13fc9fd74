using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// Microsoft SEAL in WebAssembly (npm's node-seal), BFV with N = 4096 and 20-bit batching: what a newcomer gets from SEAL without
/// a compiler. Its process inherits this one's processor affinity, so it is measured on the same one thread.
/// </summary>
internal static class NodeSealFigures
{
    private sealed record Medians(double Encrypt, double Add, double Decrypt);

    /// <summary>
    /// Adds node_seal_* in ns per value; says on the error stream why not when Node.js or the package is missing.
    /// </summary>
    public static void Measure(FigureReport report)
    {
        string scripts = Path.Combine(FigureOptions.RepositoryRoot(), "tests", "node");
        if (!Directory.Exists(Path.Combine(scripts, "node_modules", "node-seal")))
        {
            Console.Error.WriteLine(
                "node_seal_* not measured: node-seal is not installed under tests/node (`bash tests/run.sh` sets it up).");
            return;
        }

        Medians medians;
        try
        {
            medians = Run(Path.Combine(scripts, "figures.mjs"));
        }
        catch (Win32Exception missing)
        {
            Console.Error.WriteLine($"node_seal_* not measured: Node.js could not be started ({missing.Message}).");
            return;
        }

        report.Add("node_seal_encrypt_ns_per_value", medians.Encrypt);
        report.Add("node_seal_add_ns_per_value", medians.Add);
        report.Add("node_seal_decrypt_ns_per_value", medians.Decrypt);
    }

    private static Medians Run(string script)
    {
        using Process node = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardOutput = true })!;
        string output = node.StandardOutput.ReadToEnd();
        node.WaitForExit();
        return node.ExitCode == 0
            ? JsonSerializer.Deserialize<Medians>(output, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"{script} ended with exit code {node.ExitCode}.");
    }
}
