using Consortium.Cryptography.Identity;

namespace Consortium.Cryptography.Tests.Identity;

/// <summary>Two members with keys, the same in every run.</summary>
public sealed class TestIdentities : IDisposable
{
    public PrivateIdentity Bank { get; } = Seeded("First Bank");

    public PrivateIdentity Holder { get; } = Seeded("holder-1");

    public static PrivateIdentity Seeded(string name)
    {
        using var random = new SeededRandom("identity of " + name);
        return PrivateIdentity.Generate(name, random);
    }

    public void Dispose()
    {
        Bank.Dispose();
        Holder.Dispose();
    }
}
