namespace Consortium.Learning.Payments;

/// <summary>Reads structures in Thrift's compact protocol, in which Parquet describes itself.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MostDepth = 16;
    private const int List = 9, Set = 10, Structure = 12;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Offset { get; private set; }

    /// <summary>Moves to a structure's next field; false at its end.</summary>
    /// <param name="id">The field's number; the one before on entry, 0 at first.</param>
    /// <param name="kind">What it holds.</param>
    /// <exception cref="InvalidDataException">The bytes end within it.</exception>
    public bool NextField(ref int id, out int kind)
    {
        byte head = Byte();
        kind = head & 0x0F;
        if (kind != 0)
        {
            id = head >> 4 != 0 ? id + (head >> 4) : (int)Integer();
        }

        return kind != 0;
    }

    /// <summary>Begins a list.</summary>
    public int Count(out int kind)
    {
        byte head = Byte();
        kind = head & 0x0F;
        int count = head >> 4;
        return count == 15 ? Length() : count;
    }

    /// <summary>An integer of any width; signs are in the lowest bit.</summary>
    public long Integer()
    {
        ulong zigzag = Variable();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(int kind, int depth = 0)
    {
        switch (kind)
        {
            case 1 or 2: // a boolean is in its field's head
                break;
            case 3:
                Byte();
                break;
            case 4 or 5 or 6:
                Variable();
                break;
            case 7:
                Advance(sizeof(double));
                break;
            case 8:
                Advance(Length());
                break;
            case List or Set when depth < MostDepth:
                for (int left = Count(out int of); left > 0; left--)
                {
                    Skip(of is 1 or 2 ? 3 : of, depth + 1);
                }

                break;
            case Structure when depth < MostDepth:
                for (int id = 0; NextField(ref id, out int field);)
                {
                    Skip(field, depth + 1);
                }

                break;
            default:
                throw Damaged();
        }
    }

    private static InvalidDataException Damaged() => new("the description of columns or pages is damaged");

    private int Length()
    {
        ulong length = Variable();
        return length <= (ulong)(_bytes.Length - Offset) ? (int)length : throw Damaged();
    }

    private void Advance(int count)
    {
        if (count > _bytes.Length - Offset)
        {
            throw Damaged();
        }

        Offset += count;
    }

    private byte Byte()
    {
        Advance(1);
        return _bytes[Offset - 1];
    }

    private ulong Variable()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }
}
