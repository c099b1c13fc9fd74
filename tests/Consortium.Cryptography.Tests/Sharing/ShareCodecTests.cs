using System.Buffers.Binary;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Sharing;

public sealed class ShareCodecTests
{
    private const int Coefficients = 4096;

    [Fact]
    public void Decode_OfEncode_IsTheSame()
    {
        byte[] bytes = Valid();
        Assert.Equal(8192, bytes.Length);
        Assert.Equal(8192, KeyShare.EncodedLength(Coefficients));
        Assert.Equal(bytes, KeyShare.Decode(2, Coefficients, bytes).Encode());
        Assert.Equal(bytes, ShareSum.Decode(2, Coefficients, bytes).Encode());
        var sum = new ShareSum(2, Coefficients);
        sum.Add(bytes);
        Assert.Equal(bytes, sum.Encode());
    }

    [Theory]
    [InlineData(65521)]
    [InlineData(65535)]
    public void Decode_ValueOutsideTheField_NamesItsOffset(int value)
    {
        byte[] bytes = Valid();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * 4001), (ushort)value);
        var rejection = Assert.Throws<MalformedDataException>(() => KeyShare.Decode(1, Coefficients, bytes));
        Assert.Equal(2 * 4001, rejection.Offset);
    }

    [Fact]
    public void AddBytes_Malformed_LeavesTheSumAsItWas()
    {
        byte[] bytes = Valid();
        var sum = new ShareSum(1, Coefficients);
        sum.Add(bytes);
        byte[] malformed = (byte[])bytes.Clone();
        malformed.AsSpan(8190).Fill(0xFF);

        Assert.Throws<MalformedDataException>(() => sum.Add(malformed));
        Assert.Throws<MalformedDataException>(() => sum.Add(bytes.AsSpan(2)));
        Assert.Equal(bytes, sum.Encode());
    }

    /// <summary>Lengths off by little and by much, values outside the field in places near and far.</summary>
    [Fact]
    public void Decode_MutatedInputs_GiveMalformedDataOrTheSameBytesBack()
    {
        byte[] valid = Valid();
        int taken = Fuzz.Run(
            "key share",
            Fuzz.Inputs,
            random => Fuzz.Mutate(valid, random, ..),
            boundBytes: 8192 + 8192 + 512,
            input => KeyShare.Decode(1, Coefficients, input).Encode().AsSpan().SequenceEqual(input)
                ? true
                : throw new InvalidOperationException());
        Assert.InRange(taken, 1, Fuzz.Inputs - 1);
    }

    [Fact]
    public void AddBytes_MutatedInputs_AllocateNothingOfTheirOwn()
    {
        byte[] valid = Valid();
        var sum = new ShareSum(1, Coefficients);
        int taken = Fuzz.Run(
            "share to add",
            Fuzz.Inputs,
            random => Fuzz.Mutate(valid, random, ..),
            boundBytes: 0,
            input =>
            {
                sum.Add(input);
                return true;
            });
        Assert.InRange(taken, 1, Fuzz.Inputs - 1);
    }

    private static byte[] Valid()
    {
        using var random = new SeededRandom("valid share");
        return new ShamirSharing(2, 2).Split(new short[Coefficients], random)[1].Encode();
    }
}
