namespace Consortium.Cryptography.Ballots;

/// <summary>Writes points and scalars one after the other.</summary>
internal ref struct ProofWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _destination[.._length];

    public void Write(in CurvePoint point)
    {
        point.Write(_destination[_length..]);
        _length += CurvePoint.Length;
    }

    /// <param name="element">Of the field of scalars.</param>
    public void Write(in Word256 element)
    {
        MontgomeryField.Scalars.Leave(element).Write(_destination[_length..]);
        _length += Word256.Length;
    }
}
