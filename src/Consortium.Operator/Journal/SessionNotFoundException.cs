namespace Consortium.Operator.Journal;

/// <summary>No session of the journal, or more than one, is what was asked for.</summary>
public sealed class SessionNotFoundException(string message, bool isEmpty) : Exception(message)
{
    /// <summary>Whether the journal knows no session at all.</summary>
    public bool IsEmpty => isEmpty;
}
