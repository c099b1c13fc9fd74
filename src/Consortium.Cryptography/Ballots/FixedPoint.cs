namespace Consortium.Cryptography.Ballots;

/// <summary>A point that is multiplied often: its multiples by every digit at every place are kept. Thread-safe.</summary>
internal sealed class FixedPoint
{
    private const int Window = 4;
    private const int Digits = 1 << Window;
    private const int Places = 256 / Window;

    private readonly CurvePoint[] _multiples = new CurvePoint[Places * Digits];

    private FixedPoint(CurvePoint point)
    {
        for (int place = 0; place < Places; place++)
        {
            Span<CurvePoint> multiples = _multiples.AsSpan(place * Digits, Digits);
            point.Multiples(multiples);
            point = multiples[^1] + point;
        }
    }

    public static FixedPoint G { get; } = new(CurvePoint.G);

    public static FixedPoint H { get; } = new(CurvePoint.H);

    /// <summary>A multiple by a number below 2^256, in the same time whatever the number.</summary>
    public CurvePoint Times(in Word256 number)
    {
        CurvePoint product = CurvePoint.Identity;
        for (int place = 0; place < Places; place++)
        {
            product += CurvePoint.Take(_multiples.AsSpan(place * Digits, Digits), number.Bits(place * Window, Window));
        }

        return product;
    }
}
