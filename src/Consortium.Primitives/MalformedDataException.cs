using System.Globalization;

namespace Consortium.Primitives;

/// <summary>
/// Bytes from a file or the network are not what they claim to be. Every parser throws this and nothing else,
/// before it allocates or computes anything in proportion to what the bytes claim.
/// </summary>
public sealed class MalformedDataException : FormatException
{
    /// <param name="subject">What was being read, such as "key share".</param>
    /// <param name="offset">Where in it, in bytes from its start.</param>
    /// <param name="expected">What a well-formed one has there.</param>
    /// <param name="found">What is there instead. Never secret bytes: this ends in logs.</param>
    public MalformedDataException(string subject, long offset, string expected, string found)
        : base(
            string.Create(
                CultureInfo.InvariantCulture, $"Malformed {subject} at offset {offset}: expected {expected}, found {found}."))
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

    /// <summary>
    /// Rejects <paramref name="actual"/> bytes where a <paramref name="subject"/> has exactly <paramref name="expected"/>.
    /// </summary>
    public static void ThrowIfLengthDiffers(string subject, long actual, long expected)
    {
        if (actual != expected)
        {
            throw new MalformedDataException(
                subject,
                Math.Min(actual, expected),
                string.Create(CultureInfo.InvariantCulture, $"{expected} bytes"),
                string.Create(CultureInfo.InvariantCulture, $"{actual} bytes"));
        }
    }
}
