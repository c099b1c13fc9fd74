using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Demo;

/// <summary>
/// Whether every bank holds the very model that pooled training gives, by the digests of the models themselves.
/// </summary>
internal sealed record ModelVerdict(bool IsIdentical, string ModelDigest, string PooledDigest)
{
    public static ModelVerdict Of(IReadOnlyDictionary<PartyId, Model> models, Model pooled)
    {
        string expected = DigestOf(pooled);
        string[] digests = [.. models.Values.Select(DigestOf).Distinct()];
        return new ModelVerdict(
            digests is [string only] && only == expected, digests.FirstOrDefault(digest => digest != expected) ?? expected,
            expected);
    }

    private static string DigestOf(Model model) => Convert.ToHexStringLower(model.Digest.Span);
}
