using System.Runtime.Versioning;
using Consortium.Hosting.Tests.Storage;
using Consortium.Primitives;

namespace Consortium.Hosting.Tests.Daemons;

[UnsupportedOSPlatform("windows")]
public sealed class SecretFileAccessTests
{
    private const int OwnUser = 1654, OwnGroup = 1654, PodGroup = 2000;

    [Theory]
    [InlineData("600", OwnUser, OwnGroup, null)]
    [InlineData("400", 0, 0, null)]
    [InlineData("440", 0, PodGroup, null)] // as Kubernetes mounts a secret for a pod with fsGroup
    [InlineData("640", 0, PodGroup, null)]
    [InlineData("440", 0, 0, null)] // as systemd hands over a credential
    [InlineData("440", 0, 7, "Group 7 can reach FILE (mode 440) and is none of this process's groups (1654, 2000)")]
    [InlineData("644", 0, 0, "Everyone on this machine can reach FILE (mode 644)")]
    [InlineData("444", OwnUser, OwnGroup, "Everyone on this machine can reach FILE (mode 444)")]
    [InlineData("660", OwnUser, PodGroup, "A group can write or execute FILE (mode 660)")]
    [InlineData("600", 33, OwnGroup, "FILE belongs to user 33, who can replace it")]
    public void Objection_OfModeAndOwner_IsGivenWhenSomebodyElseReachesIt(string mode, uint user, uint group, string? objection)
    {
        string? found = SecretFileAccess.Objection(
            "FILE", (UnixFileMode)Convert.ToInt32(mode, 8), (user, group), (OwnUser, [OwnGroup, PodGroup]));

        if (objection is null)
        {
            Assert.Null(found);
        }
        else
        {
            Assert.StartsWith(objection, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Objection_OfAFileThatItsGroupMayWrite_IsNone_OnAVolume() => Assert.Null(SecretFileAccess.Objection(
        "FILE", (UnixFileMode)Convert.ToInt32("660", 8), (OwnUser, PodGroup), (OwnUser, [PodGroup]), mayGroupWrite: true));

    [Fact]
    public void Objection_WhereNobodyTellsTheOwner_TakesModesOfTheOwnerAlone()
    {
        Assert.Null(SecretFileAccess.Objection("FILE", UnixFileMode.UserRead, null, (OwnUser, [])));
        Assert.NotNull(SecretFileAccess.Objection("FILE", UnixFileMode.UserRead | UnixFileMode.GroupRead, null, (OwnUser, [])));
    }

    [Fact]
    public void Objection_ThroughLinksAsKubernetesMakesThem_LooksAtTheirTarget()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        using var folder = new TemporaryFolder();
        string issue = Path.Combine(folder.Path, "..2026_01_01");
        Directory.CreateDirectory(issue);
        string target = Path.Combine(issue, "passphrase"), link = Path.Combine(folder.Path, "passphrase");
        File.WriteAllText(target, "secret");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "..data"), "..2026_01_01");
        File.CreateSymbolicLink(link, Path.Combine("..data", "passphrase"));

        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Null(SecretFileAccess.Objection(link));
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", SecretFileAccess.Objection(link), StringComparison.Ordinal);
    }
}
