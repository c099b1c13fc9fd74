using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Auditing;

/// <summary>A bundle is of another consortium than the one that is audited, so it proves nothing about that one.</summary>
public sealed class OtherConsortiumException(ConsortiumDigest found, ConsortiumDigest agreed) : Exception(
    $"The bundle is of a consortium whose configuration has digest {found}; the agreed one is {agreed}. It proves nothing "
        + $"about yours.");
