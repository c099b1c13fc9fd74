using System.Text;

namespace Consortium.Learning.Payments;

/// <summary>Puts the replacement character where bytes are no text, as is usual, and counts how often.</summary>
internal sealed class DecodingLoss : DecoderFallback
{
    public long Count { get; private set; }

    public override int MaxCharCount => 1;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(this);

    private sealed class Buffer(DecodingLoss loss) : DecoderFallbackBuffer
    {
        private int _left;

        public override int Remaining => _left;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            loss.Count++;
            _left = 1;
            return true;
        }

        public override char GetNextChar() => _left-- > 0 ? '\uFFFD' : '\0';

        public override bool MovePrevious() => false;

        public override void Reset() => _left = 0;
    }
}
