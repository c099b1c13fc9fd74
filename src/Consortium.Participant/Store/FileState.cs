namespace Consortium.Participant.Store;

/// <summary>Where a payment file stands with the bank's daemon.</summary>
public enum FileState
{
    /// <summary>Not read yet, for it looks unfinished or still changes.</summary>
    Waiting = 0,

    /// <summary>Its payments are part of a batch.</summary>
    Taken = 1,

    /// <summary>Rejected, for the reason given; read again when it changes, or when its owner asks for it.</summary>
    SetAside = 2,

    /// <summary>Its content was taken under another name.</summary>
    Duplicate = 3,

    /// <summary>Another content has come under its name since.</summary>
    Replaced = 4,
}
