using Consortium.Primitives;
using Consortium.Privacy;

namespace Consortium.Protocol.Messages;

/// <summary>
/// What a plan says about the noise of its sums: what all its rounds tell together, and about whom. Key holders count it; that
/// the banks' noise is as wide as that is each bank's own check.
/// </summary>
/// <param name="Loss">Of all rounds that the plan allows. Positive.</param>
/// <param name="Unit">Whose presence the noise hides.</param>
public sealed record NoiseTerms(PrivacyLoss Loss, PrivacyUnit Unit)
{
    internal static NoiseTerms Read(ref CanonicalReader reader)
    {
        int at = reader.Offset;
        long billionths = reader.Int64();
        return billionths is > 0 and <= PrivacyLoss.LargestBillionths
            ? new NoiseTerms(new PrivacyLoss(billionths), (PrivacyUnit)reader.UInt8(1, 2, "a unit of privacy"))
            : throw reader.Malformed(at, $"a loss of 1 to {PrivacyLoss.LargestBillionths} billionths", $"{billionths}");
    }

    internal static NoiseTerms? ReadOptional(ref CanonicalReader reader) => reader.Bool() ? Read(ref reader) : null;

    internal static void WriteOptional(CanonicalWriter writer, NoiseTerms? terms)
    {
        writer.Bool(terms is not null);
        terms?.Write(writer);
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Int64(Loss.Billionths);
        writer.UInt8((int)Unit);
    }
}
