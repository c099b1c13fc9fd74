using System.Numerics;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>
/// An element that a message may have, with those within it. Elements that are not in the tree are passed over.
/// </summary>
internal sealed class IsoElement(string name)
{
    private readonly List<IsoElement> _children = [];
    private ulong[] _keys = [];

    public string Name { get; } = name;

    public byte[] Utf8Name { get; } = System.Text.Encoding.ASCII.GetBytes(name);

    /// <summary>What its text is.</summary>
    public IsoField Field { get; private set; } = IsoField.None;

    /// <summary>What its attribute <c>Ccy</c> is.</summary>
    public IsoField Currency { get; private set; } = IsoField.None;

    /// <summary>Whether what stands in it holds for what is in it, and no further.</summary>
    public bool IsScope { get; set; }

    /// <summary>Whether it is one payment.</summary>
    public bool IsPayment { get; set; }

    /// <summary>Whether it is a statement's entry: one payment, unless payments are within it.</summary>
    public bool IsEntry { get; set; }

    /// <summary>Whether more than one of it may stand in a scope; then the first counts.</summary>
    public bool MayRepeat { get; private set; }

    /// <summary>Adds a path below this element.</summary>
    /// <returns>The path's last element.</returns>
    public IsoElement Add(string path, IsoField field = IsoField.None, IsoField currency = IsoField.None, bool mayRepeat = false)
    {
        IsoElement element = this;
        foreach (string step in path.Split('/'))
        {
            IsoElement? next = element._children.Find(child => child.Name == step);
            if (next is null)
            {
                next = new IsoElement(step);
                element._children.Add(next);
                element._keys = [.. element._keys, KeyOf(next.Utf8Name)];
            }

            element = next;
        }

        element.Field = field == IsoField.None ? element.Field : field;
        element.Currency = currency == IsoField.None ? element.Currency : currency;
        element.MayRepeat |= mayRepeat;
        return element;
    }

    public IsoElement? Find(ReadOnlySpan<byte> name)
    {
        int at = _keys.AsSpan().IndexOf(KeyOf(name));
        return at >= 0 && name.SequenceEqual(_children[at].Utf8Name) ? _children[at] : null;
    }

    /// <summary>Different for all names of one parent; a test holds that.</summary>
    private static ulong KeyOf(ReadOnlySpan<byte> name)
    {
        ulong key = (ulong)name.Length;
        foreach (byte character in name)
        {
            key = BitOperations.RotateLeft(key, 5) ^ character;
        }

        return key;
    }
}
