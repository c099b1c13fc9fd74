using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Statements whose signatures were found right lately: what comes again, alone or within another message, costs one hash and no
/// verification. Bounded, the oldest forgotten first. Thread-safe.
/// </summary>
internal sealed class VerifiedStatements
{
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly HashSet<Key> _known = [];
    private readonly Queue<Key> _order = [];

    public bool Contains(Key key)
    {
        lock (_lock)
        {
            return _known.Contains(key);
        }
    }

    public void Add(Key key)
    {
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

    /// <summary>What was said (label, sender and statement) and the signature on it.</summary>
    internal readonly record struct Key(Digest Said, Digest Signature)
    {
        public static Key Of<T>(Signed<T> signed)
            where T : class, IStatement<T> => new(signed.Digest, Digest.Of(signed.Signature.Span));
    }
}
