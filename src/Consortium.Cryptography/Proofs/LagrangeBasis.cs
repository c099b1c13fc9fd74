namespace Consortium.Cryptography.Proofs;

/// <summary>
/// What the values at x = 1, 2, ..., m of a polynomial of degree below m count for its value anywhere. Public values only.
/// </summary>
internal sealed class LagrangeBasis
{
    private readonly PrimeField _field;
    private readonly uint[] _weights;

    public LagrangeBasis(PrimeField field, int nodes)
    {
        _field = field;
        _weights = new uint[nodes];

        // 1 / ((i - 1)! (m - i)!), with the sign of (-1)^(m - i); inverse factorials from the largest down.
        var inverses = new uint[nodes];
        uint factorial = 1;
        for (uint i = 1; i < nodes; i++)
        {
            factorial = field.Multiply(factorial, i);
        }

        inverses[nodes - 1] = field.InvertVariableTime(factorial);
        for (int i = nodes - 1; i > 0; i--)
        {
            inverses[i - 1] = field.Multiply(inverses[i], (uint)i);
        }

        for (int i = 0; i < nodes; i++)
        {
            uint weight = field.Multiply(inverses[i], inverses[nodes - 1 - i]);
            _weights[i] = (nodes - 1 - i) % 2 == 0 ? weight : field.Subtract(0, weight);
        }
    }

    /// <summary>Fills in one factor for each node.</summary>
    public void At(uint x, Span<uint> factors)
    {
        uint product = 1;
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = _field.Multiply(product, _weights[i]);
            product = _field.Multiply(product, _field.Subtract(x, (uint)i + 1));
        }

        product = 1;
        for (int i = factors.Length - 1; i >= 0; i--)
        {
            factors[i] = _field.Multiply(factors[i], product);
            product = _field.Multiply(product, _field.Subtract(x, (uint)i + 1));
        }
    }
}
