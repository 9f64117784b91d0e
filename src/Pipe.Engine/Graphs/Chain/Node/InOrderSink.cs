using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Lets a sink that takes bytes only front to back, such as a command, be the target of a node, whose blocks come nearly in order. A block that
/// comes too early is kept in a file without a name until its turn.
/// </summary>
/// <param name="inner">Owned by this object from here on.</param>
internal sealed class InOrderSink(ISink inner) : ISink
{
    private readonly Lock _lock = new();
    private readonly SortedList<long, (long Length, bool IsHole)> _early = [];
    private Fd? _file;
    private byte[] _piece = [];
    private long _position;

    public bool IsOrdered => false;

    public string Remark => inner.Remark;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        lock (_lock)
        {
            if (offset == _position)
            {
                inner.Write(bytes, offset);
                _position += bytes.Length;
                PassOn();
            }
            else
            {
                Keep(bytes, offset);
            }
        }
    }

    public void Hole(long offset, long length)
    {
        lock (_lock)
        {
            _early.Add(offset, (length, true));
            PassOn();
        }
    }

    public void Expect(End end) => inner.Expect(end);

    public void Commit(long size)
    {
        if (_position != size)
        {
            throw new Failure(ExitCode.Bug, $"internal error: {_position} of {size} bytes have been passed on");
        }

        inner.Commit(size);
    }

    public void Abort() => inner.Abort();

    public void Dispose()
    {
        inner.Dispose();
        _file?.Dispose();
    }

    private void Keep(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            var folder = Path.GetTempPath();
            _file ??= Fd.Open(folder, OpenFlags.ReadWrite | OpenFlags.Nameless, Permissions.Ours, $"{folder}: blocks that came too early");
            _file.WriteAllAt(bytes, offset);
            _early.Add(offset, (bytes.Length, false));
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>Passes on the blocks whose turn has come.</summary>
    private void PassOn()
    {
        while (_early.Count > 0 && _early.GetKeyAtIndex(0) == _position)
        {
            var (length, isHole) = _early.GetValueAtIndex(0);
            _early.RemoveAt(0);
            if (isHole)
            {
                inner.Hole(_position, length);
            }
            else
            {
                inner.Write(Take((int)length), _position);
            }

            _position += length;
        }
    }

    /// <summary>Reads the block at the present position from the file, and gives its space back.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        _piece = _piece.Length >= length ? _piece : new byte[length];
        var bytes = _piece.AsSpan(0, length);
        try
        {
            _file!.ReadAt(bytes, _position);
            _file!.TryPunch(_position, length);
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }

        return bytes;
    }
}
