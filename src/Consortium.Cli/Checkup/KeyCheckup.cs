using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Primitives;

namespace Consortium.Cli.Checkup;

/// <summary>A party's keys: there, its own, opened by the passphrase, and those that consortium.json lists.</summary>
internal static class KeyCheckup
{
    private const string Area = "keys";

    public static Finding Examine(Subject subject)
    {
        PartyHome party = subject.Party;
        if (!File.Exists(party.IdentityFile))
        {
            return Finding.Wrong(
                subject.Name, Area, $"{party.IdentityFile} is not there.",
                "Run this where the party lives, or name its folder with --folder; a party without keys gets them with "
                    + "`identity new`.");
        }

        string passphraseFile = subject.PassphraseFile ?? party.PassphraseFile;
        if (!File.Exists(passphraseFile))
        {
            return Finding.Note(
                subject.Name,
                Area,
                $"{party.IdentityFile} was not opened: there is no {passphraseFile}. Name the passphrase with "
                    + $"--passphrase-file.");
        }

        try
        {
            using PrivateIdentity identity = IdentityFile.Load(party.IdentityFile, Passphrase.ReadFile(passphraseFile));
            return subject.Member is null
                ? subject.Configuration is null
                    ? Finding.Good(subject.Name, Area, $"{party.IdentityFile} opens with {passphraseFile}.")
                    : Finding.Wrong(
                        subject.Name, Area, $"consortium.json lists no '{party.Id}'.",
                        $"Send {party.DocumentFile} to the operator, who runs `member add`.")
                : subject.Member.Identity.Equals(identity.Public)
                ? Finding.Good(
                    subject.Name, Area,
                    $"{party.IdentityFile} opens with {passphraseFile}, and is '{party.Id}' of consortium.json.")
                : Finding.Wrong(
                    subject.Name, Area,
                    $"{party.IdentityFile} has fingerprint {identity.Public.Fingerprint}; consortium.json has "
                        + $"{subject.Member.Identity.Fingerprint} for '{party.Id}'.",
                    "Use the keys that were enrolled; if these are its new ones, the operator runs `member add --replace`, "
                        + "signs, and everyone gets the file.");
        }
        catch (ExposedKeyFileException exception)
        {
            return Finding.Wrong(subject.Name, Area, exception.Message, $"chmod 600 {party.IdentityFile}");
        }
        catch (WrongPassphraseException exception)
        {
            return Finding.Wrong(
                subject.Name,
                Area,
                exception.Message,
                "Put the right passphrase there. If it is lost the keys are: `identity new`, and the operator runs "
                    + "`member add --replace`.");
        }
        catch (MalformedDataException exception)
        {
            return Finding.Wrong(
                subject.Name, Area, $"{party.IdentityFile} is no identity file: {exception.Message}",
                "Restore it from its backup, or make new keys with `identity new`.");
        }
        catch (CommandException exception)
        {
            return Finding.Wrong(subject.Name, Area, $"The passphrase cannot be read.", exception.Message);
        }
        catch (UnauthorizedAccessException exception)
        {
            return Finding.Wrong(subject.Name, Area, exception.Message, "Run this as the user that the daemon runs as.");
        }
    }
}
