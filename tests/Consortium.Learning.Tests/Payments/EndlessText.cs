using System.Text;

namespace Consortium.Learning.Tests.Payments;

/// <summary>
/// A start, then one piece of text again and again until a number of bytes: a large file that is never on disk.
/// </summary>
internal sealed class EndlessText(string start, string piece, long length) : Stream
{
    private readonly byte[] _start = Encoding.ASCII.GetBytes(start);
    private readonly byte[] _piece = Encoding.ASCII.GetBytes(piece);
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int done = 0;
        while (done < count && _at < length)
        {
            ReadOnlySpan<byte> rest = _at < _start.Length
                ? _start.AsSpan((int)_at)
                : _piece.AsSpan((int)((_at - _start.Length) % _piece.Length));
            int some = Math.Min(rest.Length, count - done);
            rest[..some].CopyTo(buffer.AsSpan(offset + done));
            done += some;
            _at += some;
        }

        return done;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
