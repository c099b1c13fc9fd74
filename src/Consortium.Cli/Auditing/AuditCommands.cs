using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Auditing;

/// <summary>The noun <c>audit</c>.</summary>
internal static class AuditCommands
{
    public static Command Create(Terminal terminal) =>
        new("audit", "Recompute what was released from signed, retained ciphertext")
    {
        ExportCommand.Create(terminal),
        VerifyCommand.Create(terminal),
    };
}
