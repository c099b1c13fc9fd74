using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sharing;
using Consortium.Cryptography.Tests.Identity;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests;

public sealed class SecretMemoryTests
{
    [Fact]
    public void Dispose_SecretInside_ErasesItAndEndsReading()
    {
        var secret = new SecretMemory<int>(100);
        Span<int> buffer = secret.Span;
        buffer.Fill(7);

        secret.Dispose();

        Assert.False(buffer.ContainsAnyExcept(0));
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
        Assert.DoesNotContain("7", secret.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Span_CollectorCompacts_StaysWhereItIs()
    {
        // Small arrays that die around it, so that an ordinary array of this size would move.
        byte[][] around = [.. Enumerable.Range(0, 1000).Select(_ => new byte[200])];
        var secret = new SecretMemory<byte>(200);
        nint before = AddressOf(secret.Span);
        around.AsSpan().Clear();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);

        Assert.Equal(before, AddressOf(secret.Span));
    }

    /// <summary>What an envelope held, and a share's bytes, are secrets too.</summary>
    [Fact]
    public void OpenedBytes_CollectorCompacts_StayWhereTheyAre()
    {
        using PrivateIdentity bank = TestIdentities.Seeded("First Bank");
        var context = new EnvelopeContext
        {
            Consortium = new byte[32],
            Session = new byte[16],
            Round = 1,
            Attempt = 1,
            Sender = bank.Public,
            Purpose = "key share",
        };
        Assert.True(Envelope.TryOpen(Envelope.Seal(new byte[200], bank.Public, context), bank, context, out byte[]? opened));
        using var random = new SeededRandom("share");
        byte[] encoded = new ShamirSharing(2, 3).Split(new short[100], random)[0].Encode();
        nint openedBefore = AddressOf(opened), encodedBefore = AddressOf(encoded);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);

        Assert.Equal((openedBefore, encodedBefore), (AddressOf(opened), AddressOf(encoded)));
    }

    private static unsafe nint AddressOf(Span<byte> bytes) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
}
