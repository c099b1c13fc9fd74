namespace Consortium.Cryptography.Identity;

/// <summary>An identity file that others than its owner can reach; the message names the command that mends it.</summary>
public sealed class ExposedKeyFileException(string path, UnixFileMode mode)
    : Exception(
        $"'{path}' can be reached by group or others (mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}). Run: chmod 600 "
            + $"'{path}'");
