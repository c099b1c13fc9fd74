using System.Globalization;

namespace Consortium.Learning;

/// <summary>Bytes of a plan, a training state or a model are not what they claim to be.</summary>
public sealed class MalformedModelException : FormatException
{
    /// <param name="subject">What was being read, such as "tree".</param>
    /// <param name="offset">Where in it, in bytes from its start.</param>
    /// <param name="expected">What a well-formed one has there.</param>
    /// <param name="found">What is there instead.</param>
    public MalformedModelException(string subject, int offset, string expected, string found)
        : base(string.Create(CultureInfo.InvariantCulture, $"Malformed {subject} at offset {offset}: expected {expected}, found {found}."))
    {
        Subject = subject;
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    public string Subject { get; }

    public int Offset { get; }

    public string Expected { get; }

    public string Found { get; }
}
