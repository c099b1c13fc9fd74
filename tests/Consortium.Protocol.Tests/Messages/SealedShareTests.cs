using Consortium.Cryptography.Identity;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Messages;

public sealed class SealedShareTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly AttemptId Attempt = new SampleRound(Members).Attempt;
    private static readonly byte[] Share = [1, 2, 3];

    [Fact]
    public void KeyShareContext_SameAttemptAndSender_Opens() => Assert.Equal(Share, Open(Seal(), SealedShare.KeyShareContext(Attempt, Public("bank-a"))));

    [Fact]
    public void KeyShareContext_AnotherBanksShareAsOnesOwn_DoesNotOpen() =>
        Assert.Null(Open(Seal(), SealedShare.KeyShareContext(Attempt, Public("bank-b"))));

    [Fact]
    public void KeyShareContext_AnotherAttempt_DoesNotOpen() =>
        Assert.Null(Open(Seal(), SealedShare.KeyShareContext(Attempt with { Attempt = Attempt.Attempt.Next }, Public("bank-a"))));

    [Fact]
    public void ShareSumContext_KeyShare_DoesNotOpen() => Assert.Null(Open(Seal(), SealedShare.ShareSumContext(Attempt, Public("bank-a"))));

    private static PublicIdentity Public(string id) => Members.Identity(id).Public;

    private static byte[] Seal() => Envelope.Seal(Share, Public("holder-a"), SealedShare.KeyShareContext(Attempt, Public("bank-a")));

    private static byte[]? Open(byte[] sealedShare, EnvelopeContext context) =>
        Envelope.TryOpen(sealedShare, Members.Identity("holder-a"), context, out byte[]? share) ? share : null;
}
