using System.Globalization;

namespace Consortium.Learning.Features;

/// <summary>
/// Bytes of a saved extractor are not what they claim to be. Reading throws this and nothing else, and never allocates
/// more than in proportion to the bytes that were there.
/// </summary>
public sealed class MalformedStateException : FormatException
{
    /// <param name="offset">Where, in bytes from the start.</param>
    /// <param name="expected">What a well-formed state has there.</param>
    /// <param name="found">What is there instead.</param>
    public MalformedStateException(long offset, string expected, string found)
        : base(string.Create(CultureInfo.InvariantCulture, $"Malformed feature state at offset {offset}: expected {expected}, found {found}."))
    {
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    public long Offset { get; }

    public string Expected { get; }

    public string Found { get; }
}
