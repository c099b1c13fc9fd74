namespace Consortium.Cryptography.Identity;

/// <summary>An identity file that others than its owner can reach; the message names the command that mends it.</summary>
public sealed class ExposedKeyFileException(string message) : Exception(message);
