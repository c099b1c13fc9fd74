using Consortium.Cryptography;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// How a session's banks voted on its finished model: how many, never who. It follows from the last round's released sum, so
/// every bank says the same.
/// </summary>
/// <param name="IsAdopted">Whether the model is adopted.</param>
/// <param name="IsValid">Whether the votes could be counted; the counts are 0 if not.</param>
public sealed record VoteTally(bool IsAdopted, bool IsValid, int Accepting, int Rejecting, int Abstaining)
{
    public static VoteTally Read(ref CanonicalReader reader)
    {
        bool isAdopted = reader.UInt8(0, 1, "whether the model is adopted") == 1;
        bool isValid = reader.UInt8(0, 1, "whether the votes could be counted") == 1;
        int most = reader.Limits.Participants;
        return new VoteTally(
            isAdopted, isValid, reader.Int32(0, most, "a number of votes"), reader.Int32(0, most, "a number of votes"),
            reader.Int32(0, most, "a number of votes"));
    }

    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.UInt8(IsAdopted ? 1 : 0);
        writer.UInt8(IsValid ? 1 : 0);
        writer.Int32(Accepting);
        writer.Int32(Rejecting);
        writer.Int32(Abstaining);
    }

    /// <summary>For people, such as "4 of 5 votes, 1 abstained".</summary>
    public override string ToString() => !IsValid
        ? "the votes cannot be counted, for some bank sent something else than one vote"
        : $"{Accepting} of {Accepting + Rejecting} votes{(Abstaining == 0 ? null : $", {Abstaining} abstained")}";
}
