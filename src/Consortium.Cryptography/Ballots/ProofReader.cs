namespace Consortium.Cryptography.Ballots;

/// <summary>
/// Reads points and scalars one after the other. What is none reads as the identity, or 0, and is remembered.
/// </summary>
internal ref struct ProofReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _length;

    public bool IsWellFormed { get; private set; } = true;

    /// <summary>What has been read.</summary>
    public readonly ReadOnlySpan<byte> Read => _source[.._length];

    public CurvePoint Point()
    {
        IsWellFormed &= CurvePoint.TryRead(_source[_length..], out CurvePoint point);
        _length += CurvePoint.Length;
        return point;
    }

    /// <summary>An element of the field of scalars.</summary>
    public Word256 Scalar()
    {
        Word256 number = Word256.Read(_source[_length..]);
        bool isBelow = MontgomeryField.Scalars.IsBelowModulus(number);
        IsWellFormed &= isBelow;
        _length += Word256.Length;
        return isBelow ? MontgomeryField.Scalars.Enter(number) : default;
    }
}
