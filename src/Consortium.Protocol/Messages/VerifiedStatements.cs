namespace Consortium.Protocol.Messages;

/// <summary>
/// Statements whose signatures were found right lately: what comes again, alone or within another message, costs two hashes and no
/// verification. Bounded, the oldest forgotten first. Thread-safe.
/// </summary>
internal sealed class VerifiedStatements
{
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<(Digest Said, Digest Signature)> _known = [];
    private readonly Queue<(Digest Said, Digest Signature)> _order = [];

    public bool Contains<T>(Signed<T> signed)
        where T : class, IStatement<T>
    {
        (Digest, Digest) key = KeyOf(signed);
        lock (_lock)
        {
            return _known.Contains(key);
        }
    }

    public void Add<T>(Signed<T> signed)
        where T : class, IStatement<T>
    {
        (Digest, Digest) key = KeyOf(signed);
        lock (_lock)
        {
            if (!_known.Add(key))
            {
                return;
            }

            _order.Enqueue(key);
            if (_order.Count > Capacity)
            {
                _known.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>The first digest covers label, sender and statement.</summary>
    private static (Digest Said, Digest Signature) KeyOf<T>(Signed<T> signed)
        where T : class, IStatement<T> => (signed.Digest, Digest.Of(signed.Signature.Span));
}
