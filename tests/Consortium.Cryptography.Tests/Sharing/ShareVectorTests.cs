using Consortium.Cryptography.Sharing;
using Consortium.Cryptography.Tests.Vectors;

namespace Consortium.Cryptography.Tests.Sharing;

/// <summary>Shares of -32 to 31 among five holders, any three of whom give them back.</summary>
public sealed class ShareVectorTests
{
    private const string File = "share.json";

    private static readonly short[] Secret = [.. Enumerable.Range(-32, 64).Select(value => (short)value)];

    [Fact]
    public void Recipe_GivesTheBytesCheckedIn()
    {
        using var random = new SeededRandom("share");
        KeyShare[] shares = new ShamirSharing(3, 5).Split(Secret, random);
        VectorFile.AssertMadeBy(File, shares.ToDictionary(share => $"holder_{share.Holder}", share => share.Encode()));
    }

    [Fact]
    public void CheckedInBytes_GiveTheSecretBack()
    {
        IReadOnlyDictionary<string, byte[]> vectors = VectorFile.Read(File);
        ShareSum[] sums =
            [.. new[] { 5, 1, 4 }.Select(holder => ShareSum.Decode(holder, Secret.Length, vectors[$"holder_{holder}"]))];

        var found = Assert.IsType<Reconstruction.Found>(new ShamirSharing(3, 5).Reconstruct(sums));

        Assert.Equal(Secret, found.Secret.Coefficients.ToArray());
    }
}
