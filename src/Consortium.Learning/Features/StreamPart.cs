namespace Consortium.Learning.Features;

/// <summary>Which of a stream's payments a search follows.</summary>
internal enum StreamPart
{
    /// <summary>All of the last 28 days.</summary>
    Recent,

    /// <summary>First payments with a counterparty alone, of the last 180 days.</summary>
    Firsts,
}
