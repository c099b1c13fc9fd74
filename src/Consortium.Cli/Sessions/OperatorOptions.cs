using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;

namespace Consortium.Cli.Sessions;

/// <summary>Options of every command of the operator.</summary>
internal static class OperatorOptions
{
    public static readonly Option<DirectoryInfo?> Data = new("--data")
    {
        Description = "Where the operator's journal is kept (default: FOLDER/OPERATOR/state)",
        HelpName = "DIR",
    };

    public static readonly Option<string?> Broker = new("--broker")
    {
        Description = "Where the broker is, if not where consortium.json says",
        HelpName = "HOST:PORT",
    };

    public static readonly Option<FileInfo?> BrokerRoot = new("--broker-root")
    {
        Description = "The only root certificate that signs the broker's (PEM)",
        HelpName = "FILE",
    };

    /// <summary>On commands that read: what the journal already holds may be enough.</summary>
    public static readonly Option<bool> Offline = new("--offline") { Description = "Do not ask the broker for news" };

    /// <summary>Which session.</summary>
    public static Argument<string> Session =>
        new("SESSION") { Description = "The session: its name, or its identifier's first digits" };

    /// <summary>Which session, the newest unless given.</summary>
    public static Argument<string?> OptionalSession => new("SESSION")
    {
        Description = "The session: its name, or its identifier's first digits (default: the newest)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Those that every command needs to find itself in the consortium.</summary>
    public static IEnumerable<Symbol> Place => [CommonOptions.Folder, Data, PassphraseOptions.File, Broker, BrokerRoot];
}
