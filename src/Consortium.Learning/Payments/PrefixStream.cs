namespace Consortium.Learning.Payments;

/// <summary>A read-only stream whose first bytes have been looked at, and are read again.</summary>
internal sealed class PrefixStream : ForwardStream
{
    private readonly Stream _rest;
    private readonly byte[] _prefix;
    private int _served;

    public PrefixStream(Stream stream, int length)
    {
        _rest = stream;
        if (stream.CanSeek)
        {
            long at = stream.Position;
            _prefix = ReadUpTo(stream, length);
            stream.Position = at;
            _served = _prefix.Length;
        }
        else
        {
            _prefix = ReadUpTo(stream, length);
        }
    }

    /// <summary>The first bytes; fewer than asked for when the stream is shorter.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    public override int Read(Span<byte> buffer)
    {
        if (_served == _prefix.Length)
        {
            return _rest.Read(buffer);
        }

        int count = Math.Min(buffer.Length, _prefix.Length - _served);
        _prefix.AsSpan(_served, count).CopyTo(buffer);
        _served += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rest.Dispose();
        }

        base.Dispose(disposing);
    }

    private static byte[] ReadUpTo(Stream stream, int length)
    {
        var bytes = new byte[length];
        return bytes[..stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false)];
    }
}
