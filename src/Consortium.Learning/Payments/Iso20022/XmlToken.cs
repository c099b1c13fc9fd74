namespace Consortium.Learning.Payments.Iso20022;

/// <summary>What <see cref="XmlScanner.Read"/> met.</summary>
internal enum XmlToken
{
    Start,

    /// <summary>The end of an element, an empty one's too.</summary>
    End,

    /// <summary>A piece of text: an element's may come in several.</summary>
    Text,

    /// <summary>The file's end.</summary>
    Finished,
}
