using System.Security.Cryptography;
using Consortium.Cryptography.Ballots;

namespace Consortium.Cryptography.Tests.Ballots;

public sealed class CurvePointTests
{
    private static readonly MontgomeryField Scalars = MontgomeryField.Scalars;

    [Fact]
    public void Times_BasePoint_IsThePlatformsPublicKey()
    {
        for (int i = 0; i < 20; i++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
            byte[] compressed = [(byte)(2 + (parameters.Q.Y![31] & 1)), .. parameters.Q.X!];

            Assert.Equal(compressed, Bytes(CurvePoint.G.Times(Word256.Read([.. parameters.D!.Reverse()]))));
        }
    }

    [Fact]
    public void Times_RandomNumbers_AddsUpAsTheirSum()
    {
        var random = Seeded.Source(1);
        for (int i = 0; i < 50; i++)
        {
            Word256 a = Draw(random), b = Draw(random);
            CurvePoint sum = CurvePoint.H.Times(Scalars.Leave(a)) + CurvePoint.H.Times(Scalars.Leave(b));

            Assert.True(sum.Is(CurvePoint.H.Times(Scalars.Leave(Scalars.Add(a, b)))));
            Assert.True((sum - sum).Is(CurvePoint.Identity));
            Assert.True((sum + CurvePoint.Identity).Is(sum));
            Assert.True(FixedPoint.G.Times(a).Is(CurvePoint.G.Times(a)));
            Assert.True(FixedPoint.H.Times(b).Is(CurvePoint.H.Times(b)));
            Assert.True(CurvePoint.H.TimesPublic(250 + i).Is(CurvePoint.H.Times(Word256.Of((ulong)(250 + i)))));
        }

        Assert.True(CurvePoint.G.Times(Scalars.Modulus).Is(CurvePoint.Identity));
        Assert.True(CurvePoint.H.Times(Scalars.Modulus).Is(CurvePoint.Identity));
        Assert.False(CurvePoint.G.Is(CurvePoint.H));
        Assert.False(CurvePoint.G.Is(-CurvePoint.G));
    }

    [Fact]
    public void Invert_RandomElements_GivesOne()
    {
        var random = Seeded.Source(2);
        foreach (MontgomeryField field in new[] { Scalars, MontgomeryField.Coordinates })
        {
            for (int i = 0; i < 50; i++)
            {
                Word256 a = Draw(random), b = Draw(random);

                Assert.Equal(field.One, field.Multiply(a, field.Invert(a)));
                Assert.Equal(field.Leave(a), Word256.Read(Number(field.Leave(a))));
                Assert.Equal(a, field.Subtract(field.Add(a, b), b));
                Assert.Equal(a, field.Enter(field.Leave(a)));
            }
        }
    }

    [Fact]
    public void TryRead_WhatWasWritten_GivesThePointAndNothingElseDoes()
    {
        byte[] written = Bytes(CurvePoint.H);
        Assert.True(CurvePoint.TryRead(written, out CurvePoint read));
        Assert.True(read.Is(CurvePoint.H));
        Assert.False(CurvePoint.TryRead([4, .. written[1..]], out _));
        Assert.False(CurvePoint.TryRead(new byte[CurvePoint.Length], out _));
        Assert.False(CurvePoint.TryRead([2, .. Enumerable.Repeat((byte)255, 32)], out _));
        int points = Enumerable.Range(0, 200).Count(x => CurvePoint.TryRead([2, .. new byte[31], (byte)x], out _));
        Assert.InRange(points, 70, 130);
    }

    private static byte[] Bytes(CurvePoint point)
    {
        byte[] bytes = new byte[CurvePoint.Length];
        point.Write(bytes);
        return bytes;
    }

    private static byte[] Number(Word256 number)
    {
        byte[] bytes = new byte[Word256.Length];
        number.Write(bytes);
        return bytes;
    }

    private static Word256 Draw(SeededRandomSource random)
    {
        byte[] bytes = new byte[Word256.Length];
        random.Fill(bytes);
        return Scalars.Enter(Word256.Read(bytes));
    }
}
