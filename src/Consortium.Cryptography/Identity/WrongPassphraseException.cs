namespace Consortium.Cryptography.Identity;

/// <summary>An identity file did not open: the passphrase is not the one it was saved under, or the file was altered.</summary>
public sealed class WrongPassphraseException(string path)
    : Exception($"The passphrase does not open '{path}'; it is wrong, or the file was altered.");
