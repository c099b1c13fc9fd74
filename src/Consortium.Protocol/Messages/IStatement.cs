using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Something one party says and signs: small, of fixed field order, and bound to its consortium and what it is about.
/// </summary>
public interface IStatement<TSelf>
    where TSelf : class, IStatement<TSelf>
{
    static abstract MessageType Type { get; }

    /// <summary>
    /// What stands in front of the signed bytes, so that no statement can be taken for one of another kind or version.
    /// </summary>
    static abstract string Domain { get; }

    /// <summary>The role that may sign this.</summary>
    static abstract PartyRole Signer { get; }

    ConsortiumDigest Consortium { get; }

    void Write(CanonicalWriter writer);

    static abstract TSelf Read(ref CanonicalReader reader);
}
