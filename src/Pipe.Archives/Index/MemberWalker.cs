namespace Pipe.Archives;

/// <summary>
/// Writes the index of a tar or cpio stream as it passes: takes consecutive pieces of any size on one thread. Looks only at headers, and allocates
/// nothing per piece or member. Never throws, whatever the stream contains and whatever happens to the output: the index then ends early and says
/// from which offset it is missing. Does not own its output.
/// </summary>
internal sealed class MemberWalker(Stream output)
{
    private readonly IndexWriter _index = new(output);
    private ArchiveFormat? _format;
    private Window _window = FirstBytes.Window;
    private byte[] _buffer = new byte[4096];
    private int _held;
    private long _passed;

    /// <summary>Why and from which offset the index is missing; empty while it is complete.</summary>
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

    /// <summary>Writes the closing line at the end of the stream.</summary>
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

    /// <summary>Appends the piece's part of the window to those of earlier pieces.</summary>
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

    /// <summary>Ends the index, on any error including a bug in this program, because the stream must continue.</summary>
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
            // The missing closing line shows that the index is incomplete.
        }
    }
}
