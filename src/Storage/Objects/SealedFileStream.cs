using System.Security.Cryptography;
using Palisade.Storage.Keys;

namespace Palisade.Storage.Objects;

/// <summary>Reads a <see cref="SealedFile"/> forward. A chunk is given only after it was authenticated.</summary>
internal sealed class SealedFileStream(Stream file, byte[] fileKey) : Stream
{
    private readonly byte[] _sealed = new byte[SealedFile.ChunkBytes + AesSeal.TagBytes];
    private byte[] _clear = [];
    private int _offset;
    private long _chunk;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_offset == _clear.Length)
        {
            if (_ended)
            {
                return 0;
            }

            Open(await file.ReadAtLeastAsync(_sealed, _sealed.Length, throwOnEndOfStream: false, cancellationToken));
        }

        return Take(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        while (_offset == _clear.Length)
        {
            if (_ended)
            {
                return 0;
            }

            Open(file.ReadAtLeast(_sealed, _sealed.Length, throwOnEndOfStream: false));
        }

        return Take(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _clear.Length - _offset);
        _clear.AsSpan(_offset, count).CopyTo(buffer);
        _offset += count;
        return count;
    }

    private void Open(int length)
    {
        // A chunk shorter than full can only be the last; a full one is the last when the file ends with it.
        _ended = length < _sealed.Length || file.Position == file.Length;
        try
        {
            (_clear, _offset) = (
                AesSeal.Decrypt(fileKey, SealedFile.Nonce(_chunk++, _ended), _sealed.AsSpan(0, length), default),
                0
            );
        }
        catch (AuthenticationTagMismatchException exception)
        {
            _ended = true;
            throw new InvalidDataException("The sealed object was changed or cut off.", exception);
        }
    }
}
