namespace Consortium.Architecture.Tests;

/// <summary>One type names another, in a signature, a base, an attribute or a method's body.</summary>
/// <param name="From">Full name of the outermost type that names.</param>
/// <param name="To">Full name of the outermost type that is named.</param>
internal readonly record struct TypeReference(string From, string To)
{
    public string FromNamespace => Namespace(From);

    public string ToNamespace => Namespace(To);

    private static string Namespace(string type) => type.LastIndexOf('.') is >= 0 and int dot ? type[..dot] : "";
}
