namespace Consortium.Protocol.Configuration;

/// <summary>
/// Something wrong in a file, by the path of the field (<c>keyHolders[1].identity</c>), and how to put it right.
/// </summary>
public sealed record Problem(string Path, string Fix)
{
    public override string ToString() => $"{Path}: {Fix}";
}
