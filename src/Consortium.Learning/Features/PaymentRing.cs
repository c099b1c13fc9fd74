using System.Runtime.CompilerServices;

namespace Consortium.Learning.Features;

/// <summary>The newest payments of a stream, oldest overwritten first; it grows by doubling up to a limit.</summary>
internal struct PaymentRing
{
    private const int InitialCapacity = 4;

    private RememberedPayment[]? _items;

    /// <summary>A ring without payments, after <paramref name="added"/> that it held and forgot.</summary>
    public PaymentRing(int added) => Added = added;

    /// <summary>Payments ever added: the next payment's number.</summary>
    public int Added { get; private set; }

    public int Count { get; private set; }

    public readonly int Capacity => _items?.Length ?? 0;

    /// <summary>The payment <paramref name="age"/> places before the newest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref RememberedPayment Newest(int age) => ref _items![(Added - 1 - age) & (_items.Length - 1)];

    public void Add(in RememberedPayment payment, int limit)
    {
        _items ??= new RememberedPayment[InitialCapacity];
        if (Count == _items.Length && Count < limit)
        {
            Grow();
        }

        _items[Added & (_items.Length - 1)] = payment;
        Added++;
        Count = Math.Min(Count + 1, _items.Length);
    }

    /// <summary>Forgets payments before <paramref name="minute"/>.</summary>
    public void ForgetBefore(int minute)
    {
        while (Count > 0 && Newest(Count - 1).Minute < minute)
        {
            Count--;
        }
    }

    /// <summary>
    /// Says of the payment with this number, if the ring still holds it, that a later one went to the same peer.
    /// </summary>
    public readonly void Supersede(int number)
    {
        if (number >= Added - Count && number >= 0)
        {
            _items![number & (_items.Length - 1)].Superseded = true;
        }
    }

    private void Grow()
    {
        var grown = new RememberedPayment[_items!.Length * 2];
        for (int number = Added - Count; number < Added; number++)
        {
            grown[number & (grown.Length - 1)] = _items[number & (_items.Length - 1)];
        }

        _items = grown;
    }
}
