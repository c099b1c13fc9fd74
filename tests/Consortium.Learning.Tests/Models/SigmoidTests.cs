using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Learning.Models;
using CsCheck;

namespace Consortium.Learning.Tests.Models;

public sealed class SigmoidTests
{
    [Fact]
    public void Of_AnyNumber_IsCloseToTheTruth() => Gen.Double[-699, 699].Sample(x =>
    {
        double expected = 1 / (1 + Math.Exp(-x));
        Assert.InRange(Sigmoid.Of(x), expected * (1 - 1e-14), expected * (1 + 1e-14));
    });

    [Fact]
    public void Of_Extremes_SaturatesWithoutNaN()
    {
        Assert.Equal(1, Sigmoid.Of(double.PositiveInfinity));
        Assert.InRange(Sigmoid.Of(double.NegativeInfinity), 0, 1e-300);
        Assert.Equal(0.5, Sigmoid.Of(0));
        Assert.Equal(0.5, Sigmoid.Of(-0.0));
    }

    [Fact]
    public void Apply_AnyLength_GivesTheScalarBits() => Gen.Double[-800, 800].Array[0, 40].Sample(values =>
    {
        var results = new double[values.Length];
        Sigmoid.Apply(values, results);
        Assert.Equal(
            values.Select(value => BitConverter.DoubleToInt64Bits(Sigmoid.Of(value))),
            results.Select(BitConverter.DoubleToInt64Bits));
    });

    [Fact]
    public void Apply_GridOfLogOdds_GivesTheseBytesOnEveryMachine()
    {
        double[] values = [.. Enumerable.Range(-4000, 8001).Select(i => i / 128.0)];
        Sigmoid.Apply(values, values);
        Assert.Equal(
            "ade25c6ccdd17f53dd044342d0b48e9fc6b922eb97bc40d999f88453fff601ff",
            Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<double>(values))));
    }

    [Fact]
    public void Inverse_AnyProbability_IsUndoneByOf() => Gen.Double[1e-9, 1 - 1e-9].Sample(p =>
        Assert.InRange(Sigmoid.Of(Sigmoid.Inverse(p)), p * (1 - 1e-12), p * (1 + 1e-12)));
}
