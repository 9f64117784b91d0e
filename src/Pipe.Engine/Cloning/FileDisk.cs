using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>A regular file or a block device.</summary>
internal sealed class FileDisk : IDisk
{
    private const int ZeroPiece = 1 << 20;
    private static readonly byte[] Zeros = new byte[ZeroPiece];
    private readonly Fd _fd;
    private bool _canReadNow = true;

    /// <param name="fd">Owned by this object from here on.</param>
    public FileDisk(Fd fd) => _fd = fd;

    public string Name => _fd.Name;

    public void Read(Span<byte> buffer, long offset) => buffer[_fd.ReadAt(buffer, offset)..].Clear();

    public bool TryReadNow(Span<byte> buffer, long offset)
    {
        if (_canReadNow)
        {
            var count = _fd.ReadAtNow(buffer, offset);
            if (count != Fd.CannotReadNow)
            {
                return count == buffer.Length;
            }

            _canReadNow = false;
        }

        // In-memory file systems do not support such reads; on them a plain read does not block.
        Read(buffer, offset);
        return true;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => _fd.WriteAllAt(bytes, offset);

    public void Zero(long offset, long length, bool keepsSpace)
    {
        if (keepsSpace ? _fd.TryZeroRange(offset, length) : _fd.TryPunch(offset, length))
        {
            return;
        }

        for (var done = 0L; done < length; done += ZeroPiece)
        {
            _fd.WriteAllAt(Zeros.AsSpan(0, (int)Math.Min(ZeroPiece, length - done)), offset + done);
        }
    }

    public void Discard(long offset, long length) => _fd.TryPunch(offset, length);

    public bool IsHole(long offset, long end, out long until)
    {
        var data = Math.Min(end, _fd.NextData(offset, end));
        until = data > offset ? data : Math.Min(end, _fd.NextHole(offset, end));
        return data > offset;
    }

    public void Sync() => _fd.SyncData();

    public void Dispose() => _fd.Dispose();
}
