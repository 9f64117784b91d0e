namespace Pipe.Archives;

/// <summary>
/// Writes the index of a tar or cpio stream while the stream goes by: it is fed consecutive pieces of any size on one thread. It looks at headers
/// only, and allocates nothing for a piece or a member. Whatever the stream or the index does, nothing is ever thrown: the index ends early and
/// says from which offset it has nothing. It neither owns nor closes what it writes to.
/// </summary>
internal sealed class MemberWalker(Stream output)
{
    private readonly IndexWriter _index = new(output);
    private ArchiveFormat? _format;
    private Window _window = FirstBytes.Window;
    private byte[] _buffer = new byte[4096];
    private int _held;
    private long _passed;

    /// <summary>Why and from where on the index has nothing; empty as long as all is well.</summary>
    public string Shortfall { get; private set; } = "";

    public long Members => _index.Members;

    private bool IsOver { get; set; }

    public void Feed(ReadOnlySpan<byte> piece)
    {
        var start = _passed;
        _passed += piece.Length;
        if (IsOver || _window.Start >= _passed)
        {
            return;
        }

        try
        {
            Walk(piece, start);
        }
        catch (Exception e)
        {
            GiveUp(e);
        }
    }

    /// <summary>The stream has ended: the closing line is written.</summary>
    public void End()
    {
        if (IsOver)
        {
            return;
        }

        try
        {
            _format ??= new FirstBytes(_index);
            _format.End(_passed, _buffer.AsSpan(0, _held));
            IsOver = true;
            _index.Complete(_passed);
        }
        catch (Exception e)
        {
            GiveUp(e);
        }
    }

    private void Walk(ReadOnlySpan<byte> piece, long start)
    {
        _format ??= new FirstBytes(_index);
        while (true)
        {
            if (_held == 0 && _window.Start >= start && _window.End <= _passed)
            {
                MoveTo(_format.Take(_window.Start, piece.Slice((int)(_window.Start - start), _window.Length)));
            }
            else if (_held >= _window.Length || IsFilledFrom(piece, start))
            {
                MoveTo(_format.Take(_window.Start, _buffer.AsSpan(0, _window.Length)));
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Puts what the piece has of the window behind what earlier pieces had of it.</summary>
    private bool IsFilledFrom(ReadOnlySpan<byte> piece, long start)
    {
        var from = _window.Start + _held - start;
        if (from >= piece.Length)
        {
            return false;
        }

        if (_buffer.Length < _window.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_window.Length, _buffer.Length * 2));
        }

        var count = Math.Min(_window.Length - _held, piece.Length - (int)from);
        piece.Slice((int)from, count).CopyTo(_buffer.AsSpan(_held));
        _held += count;
        return _held == _window.Length;
    }

    private void MoveTo(Window next)
    {
        if (next.Start < _window.Start || (next.Start == _window.Start && next.Length <= _window.Length))
        {
            throw new InvalidOperationException($"from {_window} to {next}");
        }

        var passed = (int)Math.Min(next.Start - _window.Start, _held);
        _buffer.AsSpan(passed, _held - passed).CopyTo(_buffer);
        _held -= passed;
        _window = next;
    }

    /// <summary>The stream must go on whatever has happened here, a fault of this program included.</summary>
    private void GiveUp(Exception e)
    {
        IsOver = true;
        var reason = e is IndexException ? e.Message : $"a fault in this program: {e.GetType().Name}: {e.Message}";
        Shortfall = IndexLine.Shortfall(_index.Covered, reason);
        try
        {
            _index.Break(reason);
        }
        catch (Exception)
        {
            // Then the index has no closing line, which says the same.
        }
    }
}
