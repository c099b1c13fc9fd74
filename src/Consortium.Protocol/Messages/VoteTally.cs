using Consortium.Cryptography;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// How a session's banks voted on its finished model: how many, never who. It follows from the last round's released sum, so
/// every bank says the same.
/// </summary>
/// <param name="IsAdopted">Whether the model is adopted.</param>
/// <param name="Accepting">Votes for it.</param>
/// <param name="Rejecting">Votes against it.</param>
/// <param name="Abstaining">Banks that said neither.</param>
/// <param name="Void">Banks left out, for what they sent was no ballot.</param>
public sealed record VoteTally(bool IsAdopted, int Accepting, int Rejecting, int Abstaining, int Void)
{
    public static VoteTally Read(ref CanonicalReader reader)
    {
        bool isAdopted = reader.UInt8(0, 1, "whether the model is adopted") == 1;
        int most = reader.Limits.Participants;
        return new VoteTally(
            isAdopted, reader.Int32(0, most, "a number of votes"), reader.Int32(0, most, "a number of votes"),
            reader.Int32(0, most, "a number of votes"), reader.Int32(0, most, "a number of void ballots"));
    }

    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.UInt8(IsAdopted ? 1 : 0);
        writer.Int32(Accepting);
        writer.Int32(Rejecting);
        writer.Int32(Abstaining);
        writer.Int32(Void);
    }

    /// <summary>For people, such as "4 of 5 votes, 1 abstained".</summary>
    public override string ToString() =>
        $"{Accepting} of {Accepting + Rejecting} votes{(Abstaining == 0 ? null : $", {Abstaining} abstained")}"
        + (Void == 0 ? null : $", {Void} void");
}
