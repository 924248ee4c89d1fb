namespace Residuum.Images;

/// <summary>Reads several pieces of memory one after another; not seekable, for one reader.</summary>
sealed class JoinedStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces) : Stream
{
    int _piece;
    int _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (_piece < pieces.Count && _position == pieces[_piece].Length) (_piece, _position) = (_piece + 1, 0);
        if (_piece == pieces.Count) return 0;
        var rest = pieces[_piece].Span[_position..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
