namespace Consortium.Learning.Payments;

/// <summary>A read-only stream whose first bytes have been looked at, and are read again.</summary>
internal sealed class PrefixStream : Stream
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

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
