namespace Consortium.Learning.Payments;

/// <summary>A file that cannot be read on: no usable header, broken structure, or more bad rows than the caller allows.</summary>
public sealed class PaymentFileException(string file, string reason, Exception? inner = null)
    : FormatException($"{file}: {reason}", inner)
{
    public string File { get; } = file;

    /// <summary>The message without the file's name.</summary>
    public string Reason { get; } = reason;

    /// <summary>Whether the file looks as one does that is still being written: more of it may come.</summary>
    public bool IsIncomplete { get; init; }
}
