namespace Consortium.Cli.CommandLine;

/// <summary>
/// A command cannot go on, and people can do something about it. The message says what is wrong, where, and what to do.
/// </summary>
internal sealed class CommandException(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    public ExitCode Code => code;
}
