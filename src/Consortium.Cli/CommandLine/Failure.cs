using Consortium.Auditing;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Storage;
using Consortium.Learning;
using Consortium.Learning.Payments;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Cli.CommandLine;

/// <summary>What an exception means to the person at the terminal.</summary>
internal static class Failure
{
    public static ExitCode CodeOf(Exception exception) => exception switch
    {
        CommandException command => command.Code,
        OperationCanceledException => ExitCode.Interrupted,
        BusException => ExitCode.NotReached,
        OtherConsortiumException => ExitCode.DoesNotHold,
        InvalidConfigurationException or MalformedDataException or MalformedDataException or PaymentFileException
            or StorageException
            or WrongPassphraseException or ExposedKeyFileException or IOException or UnauthorizedAccessException =>
                ExitCode.BadInput,
        _ => ExitCode.Defect,
    };

    /// <summary>One line, or several that an exception of ours wrote for people.</summary>
    public static string Describe(Exception exception) => CodeOf(exception) switch
    {
        ExitCode.Interrupted => "Interrupted.",
        ExitCode.Defect =>
            $"A defect of this program: {exception.GetType().Name}: {exception.Message} Please report it, with --verbose.",
        _ => exception.Message,
    };
}
