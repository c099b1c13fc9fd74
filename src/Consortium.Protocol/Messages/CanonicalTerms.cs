using System.Globalization;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The protocol's own terms in canonical bytes: how a party, an attempt, a shape, a place and a tag are written and read.
/// </summary>
internal static class CanonicalTerms
{
    extension(CanonicalWriter writer)
    {
        public void Party(PartyId value) => writer.Ascii(value.Name);

        public void Attempt(AttemptId value)
        {
            writer.Digest(value.Consortium.Value);
            writer.Digest(value.Session.Value);
            writer.Int32(value.Round.Value);
            writer.Int32(value.Attempt.Value);
        }

        public void Shape(UpdateShape value)
        {
            writer.Int32(value.Values);
            writer.UInt64(value.Levels);
            writer.Int32(value.Chunks);
        }

        public void Place(DisputedPlace value)
        {
            writer.Int32(value.Chunk);
            writer.Int32(value.Coefficient);
        }

        public void Tag(SumTag value) => writer.Raw(value.Encode());
    }

    extension(ref CanonicalReader reader)
    {
        public MessageLimits Limits => (MessageLimits)reader.LimitsOfTerms!;

        public ConsortiumDigest Consortium() => new(reader.Digest());

        public SessionId Session() => new(reader.Digest());

        public RoundNumber Round() => new(reader.Int32(1, RoundNumber.Maximum, "a round"));

        public AttemptId Attempt() => new(
            reader.Consortium(),
            reader.Session(),
            reader.Round(),
            new AttemptNumber(reader.Int32(1, AttemptNumber.Maximum, "an attempt")));

        public long Sequence()
        {
            int at = reader.Offset;
            long value = reader.Int64();
            return value > 0
                ? value
                : throw reader.Malformed(at, "a sequence number of at least 1", value.ToString(CultureInfo.InvariantCulture));
        }

        public UpdateShape Shape()
        {
            int values = reader.Int32(1, int.MaxValue, "a number of values");
            int at = reader.Offset;
            ulong levels = reader.UInt64();
            if (levels < 2)
            {
                throw reader.Malformed(at, "at least 2 levels", levels.ToString(CultureInfo.InvariantCulture));
            }

            var shape = new UpdateShape(values, levels, reader.Int32(0, reader.Limits.Chunks, "a number of chunks"));
            return !shape.IsBallot || shape == UpdateShape.Ballot
                ? shape
                : throw reader.Malformed(at, "no vector without chunks", $"{values} values of {levels} levels");
        }

        public DisputedPlace Place() => new(
            reader.Int32(DisputedPlace.KeySum, reader.Limits.Chunks - 1, "a disputed chunk"),
            reader.Int32(0, RnsBasis.Degree - 1, "a disputed coefficient"));

        public SumTag Tag() => SumTag.Decode(reader.Raw(SumTag.Size, "a tag").Span);

        public PartyId Party()
        {
            int at = reader.Offset;
            string name = reader.Ascii(PartyId.MaximumLength, "a party id");
            return PartyId.IsValid(name)
                ? new PartyId(name)
                : throw reader.Malformed(at, "a party id", $"{name.Length} characters that are not one");
        }
    }
}
