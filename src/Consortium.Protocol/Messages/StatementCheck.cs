using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>Whether one statement is from a member of the right role, about this consortium, and signed.</summary>
internal static class StatementCheck
{
    public static Rejection? Of<T>(Signed<T> signed, ConsortiumConfiguration configuration)
        where T : class, IStatement<T>
    {
        if (configuration.Find(signed.Sender) is not Member member)
        {
            return new Rejection(RejectionReason.UnknownSender, $"'{signed.Sender}' is no member of this consortium");
        }

        if (T.Signer != default && member.Role != T.Signer)
        {
            return new Rejection(
                RejectionReason.WrongRole, $"'{signed.Sender}' is a {member.Role}; a {T.Type} is for the {T.Signer} to sign");
        }

        if (signed.Statement.Consortium != configuration.Digest)
        {
            return new Rejection(
                RejectionReason.WrongConsortium,
                $"bound to configuration {signed.Statement.Consortium}, not {configuration.Digest}");
        }

        return signed.IsSignedBy(member.Identity)
            ? null
            : new Rejection(RejectionReason.BadSignature, $"the signature is not that of '{signed.Sender}' on this {T.Type}");
    }
}
