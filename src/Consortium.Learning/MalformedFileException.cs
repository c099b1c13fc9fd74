using System.Globalization;

namespace Consortium.Learning;

/// <summary>
/// A binary file of this assembly (a model, a saved state) is not what it claims to be. Its readers throw this and nothing else,
/// before they allocate or compute anything in proportion to what the bytes claim.
/// </summary>
public sealed class MalformedFileException : FormatException
{
    /// <param name="subject">What was being read, such as "model file".</param>
    /// <param name="offset">Where in it, in bytes from its start.</param>
    /// <param name="expected">What a well-formed one has there.</param>
    /// <param name="found">What is there instead.</param>
    public MalformedFileException(string subject, long offset, string expected, string found)
        : base(string.Create(CultureInfo.InvariantCulture, $"Malformed {subject} at offset {offset}: expected {expected}, found {found}."))
    {
        Subject = subject;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    public string Subject { get; }

    public long Offset { get; }

    public string Expected { get; }

    public string Found { get; }
}
